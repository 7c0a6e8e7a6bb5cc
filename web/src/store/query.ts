import { computed, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { keyOf, request, type Document } from '../api/client';
import { ApiError } from '../api/errors';
import { read, store } from './cache';
import { onChange, type FeedEvent } from './feed';

/** Most queries that are kept after the last page that shows them is gone. */
const KEPT_MAX = 40;
/** Pause after which a query that changes have made stale is asked again: a burst of changes is one request. */
const REFRESH_MS = 400;

class Query<Result, Variables> {
  private readonly tree = signal<unknown>(undefined);
  readonly data = computed(() => read(this.tree.value) as Result | undefined);
  readonly error = signal<ApiError | undefined>(undefined);
  readonly loading = signal(false);
  users = 0;
  private isStale = true;
  private running: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  lives: ((event: FeedEvent) => boolean) | undefined;

  constructor(
    private readonly document: Document<Result, Variables>,
    private readonly variables: Variables,
  ) {}

  /** Asks the server, unless what is known is fresh. */
  refresh(): Promise<void> {
    if (!this.isStale) return Promise.resolve();
    this.running ??= this.load().finally(() => {
      this.running = undefined;
      // Something has changed while the answer was on its way.
      if (this.isStale && this.users > 0 && !this.error.peek()) this.later();
    });
    return this.running;
  }

  private async load(): Promise<void> {
    this.loading.value = true;
    this.isStale = false;
    try {
      this.tree.value = store(await request(this.document, this.variables));
      this.error.value = undefined;
    } catch (error) {
      this.isStale = true;
      this.error.value = error instanceof ApiError ? error : new ApiError('UNKNOWN', String(error));
    } finally {
      this.loading.value = false;
    }
  }

  /** Asks again now, fresh or not. */
  refetch = (): Promise<void> => {
    this.isStale = true;
    return this.refresh();
  };

  hear(event: FeedEvent): void {
    if (event !== 'RESYNC' && !this.lives?.(event)) return;
    this.isStale = true;
    if (this.users > 0) this.later();
  }

  private later(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.refresh();
    }, REFRESH_MS);
  }
}

// In the order of their last use.
const queries = new Map<string, Query<unknown, unknown>>();
onChange((event) => {
  for (const query of queries.values()) query.hear(event);
});

function queryOf<Result, Variables>(key: string, document: Document<Result, Variables>, variables: Variables) {
  const query = (queries.get(key) ?? new Query(document, variables)) as Query<Result, Variables>;
  queries.delete(key);
  queries.set(key, query as unknown as Query<unknown, unknown>);
  for (const [old, { users }] of queries) {
    if (queries.size <= KEPT_MAX) break;
    if (users === 0 && old !== key) queries.delete(old);
  }
  return query;
}

export interface QueryState<Result> {
  /** The answer, with the present fields of its records. */
  data: Result | undefined;
  error: ApiError | undefined;
  loading: boolean;
  refetch: () => Promise<void>;
}

export interface QueryOptions {
  /** Returns true for changes after which the answer may be another one. Fields of known records update without it. */
  live?: (event: Exclude<FeedEvent, 'RESYNC'>) => boolean;
  /** Shows the answer of the variables before until that of the new ones is there. */
  keep?: boolean;
}

const NOTHING: QueryState<never> = {
  data: undefined,
  error: undefined,
  loading: false,
  refetch: () => Promise.resolve(),
};

/** The answer of a query, from the cache at once and from the server where it is stale. Null variables ask nothing. */
export function useQuery<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables | null,
  { live, keep }: QueryOptions = {},
): QueryState<Result> {
  const key = variables && `${keyOf(document)} ${JSON.stringify(variables)}`;
  const query = useMemo(() => {
    if (!key) return undefined;
    const found = queryOf(key, document, variables);
    if (live) found.lives = live as Query<Result, Variables>['lives'];
    // Before the page is drawn, so that no time is lost.
    void found.refresh();
    return found;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key holds the document and the variables
  }, [key]);
  useEffect(() => {
    if (!query) return undefined;
    query.users += 1;
    return () => void (query.users -= 1);
  }, [query]);
  const last = useRef<Result>(undefined);
  if (!query) return NOTHING;
  const data = query.data.value;
  if (data !== undefined) last.current = data;
  return {
    data: data ?? (keep ? last.current : undefined),
    error: query.error.value,
    loading: query.loading.value,
    refetch: query.refetch,
  };
}

/** Runs a mutation, and puts the records that it answers with into the cache. Fails with an `ApiError`. */
export async function mutate<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  return read(store(await request(document, variables))) as Result;
}
