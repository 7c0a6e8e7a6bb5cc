import { signal, type ReadonlySignal } from '@preact/signals';
import { request, type Document } from '../api/client';
import { ApiError } from '../api/errors';
import { read, store } from './cache';
import { PAGE } from './sizes';

/** Rows that the bar leads to beyond those that are loaded: each page is asked for after the one before it. */
const AHEAD = 1000;

/** A connection of the API, as far as a list needs it. */
export interface Connection<Row> {
  nodes: Row[];
  pageInfo: { endCursor?: string | null; hasNextPage: boolean };
  totalCount?: number;
}

/** Ids of one request for all of a list: the most that the API answers with. */
const IDS_PAGE = 200;

/** The ids of all records of a list, page by page; of the first so many. */
export async function allIds(
  ask: (page: { first: number; after: string | null }) => Promise<Connection<{ id: string }>>,
  most = Infinity,
): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { nodes, pageInfo }: Connection<{ id: string }> = await ask({ first: IDS_PAGE, after });
    ids.push(...nodes.map(({ id }) => id));
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  } while (after !== null && ids.length < most);
  return ids;
}

/** Where a list asks its table to go: to a row, or with its rows by so many. */
export interface Move {
  to?: number;
  by?: number;
}

/** Rows of any number, of which those are loaded that are looked at. A component that reads them is drawn again. */
export interface RowSource<Row> {
  /** Number of rows, as far as known. */
  readonly count: number;
  /** Number of rows that the bar leads to. */
  readonly reach: number;
  /** True until the first rows are there. */
  readonly isEmptyYet: boolean;
  readonly error: ApiError | undefined;
  /** A row, or none while it is loaded. */
  row(index: number): Row | undefined;
  /** Loads the rows in a range. */
  want(from: number, to: number): void;
  /** Loads all again, and keeps what is shown until then. */
  refresh(): void;
  /** Ends what is on its way. */
  dispose(): void;
  readonly moves?: ReadonlySignal<Move | undefined>;
}

/** What is known of a list. */
interface Loaded {
  rows: unknown[];
  /** The end of the rows. */
  cursor?: string | null | undefined;
  isComplete: boolean;
  total?: number | undefined;
}

/** The list behind a document with `$first` and `$after`, loaded page by page as it is scrolled. */
export class KeysetList<Result, Variables, Row> implements RowSource<Row> {
  private readonly loaded = signal<Loaded>({ rows: [], isComplete: false });
  private readonly failure = signal<ApiError | undefined>(undefined);
  private wanted = 0;
  private running: AbortController | undefined;

  constructor(
    private readonly document: Document<Result, Variables>,
    private readonly variables: Omit<Variables, 'first' | 'after'>,
    private readonly connection: (result: Result) => Connection<Row>,
  ) {
    this.want(0, 1);
  }

  get count(): number {
    const { rows, total = 0, isComplete } = this.loaded.value;
    return isComplete ? rows.length : Math.max(total, rows.length);
  }

  get reach(): number {
    const { rows } = this.loaded.value;
    return Math.min(this.count, rows.length + AHEAD);
  }

  get isEmptyYet(): boolean {
    const { rows, isComplete } = this.loaded.value;
    return rows.length === 0 && !isComplete;
  }

  get error(): ApiError | undefined {
    return this.failure.value;
  }

  row(index: number): Row | undefined {
    return read(this.loaded.value.rows[index]) as Row | undefined;
  }

  want(_from: number, to: number): void {
    this.wanted = Math.max(this.wanted, to);
    if (!this.running && !this.failure.peek()) void this.load();
  }

  refresh(): void {
    this.running?.abort();
    this.failure.value = undefined;
    this.wanted = Math.min(this.wanted, PAGE);
    void this.load({ rows: [], isComplete: false });
  }

  dispose(): void {
    this.running?.abort();
  }

  /** Loads what is wanted beyond what there is. */
  private async load(from = this.loaded.peek()): Promise<void> {
    const running = new AbortController();
    this.running = running;
    try {
      for (let known = from; !known.isComplete && known.rows.length < this.wanted; known = this.loaded.peek()) {
        const variables = { ...this.variables, first: PAGE, after: known.cursor ?? undefined } as Variables;
        const answer = await request(this.document, variables, running.signal);
        const { nodes, pageInfo, totalCount = known.total } = this.connection(answer);
        this.loaded.value = {
          rows: [...known.rows, ...(store(nodes) as unknown[])],
          cursor: pageInfo.endCursor,
          isComplete: !pageInfo.hasNextPage,
          total: totalCount,
        };
      }
    } catch (error) {
      if (running.signal.aborted) return;
      this.failure.value = error instanceof ApiError ? error : new ApiError('UNKNOWN', String(error));
    }
    if (this.running === running) this.running = undefined;
  }
}
