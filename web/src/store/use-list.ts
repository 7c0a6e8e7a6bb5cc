import { useEffect, useMemo, useRef } from 'preact/hooks';
import { keyOf, type Document } from '../api/client';
import { onChange, type FeedEvent } from './feed';
import { KeysetList, type Connection, type RowSource } from './list';

/** Pause after which a list that changes have made stale is loaded again. */
const REFRESH_MS = 400;

type Paged<Variables> = Omit<Variables, 'first' | 'after'>;

interface ListOptions {
  /** Returns true for changes after which the list may have other rows, or another order. */
  live?: (event: Exclude<FeedEvent, 'RESYNC'>) => boolean;
}

/**
 * The list behind a document with `$first` and `$after`. With new variables the rows before stay until the first new ones
 * are there, so that nothing blinks while somebody types.
 */
export function useList<Result, Variables, Row>(
  document: Document<Result, Variables>,
  variables: Paged<Variables>,
  connection: (result: Result) => Connection<Row>,
  { live }: ListOptions = {},
): RowSource<Row> {
  const key = `${keyOf(document)} ${JSON.stringify(variables)}`;
  return useSource(key, () => new KeysetList(document, variables, connection), live);
}

/** As `useList`, for any list; another one with another key. */
export function useSource<Source extends RowSource<unknown>>(
  key: string,
  make: () => Source,
  live: ListOptions['live'],
): Source {
  const shown = useRef<Source>(undefined);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says when the list is another one
  const next = useMemo(make, [key]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = onChange((event) => {
      if (event !== 'RESYNC' && !live?.(event)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        next.refresh();
      }, REFRESH_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
      next.dispose();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `live` is the page's, and never another one
  }, [next]);
  if (!shown.current || !next.isEmptyYet || next.error) shown.current = next;
  return shown.current;
}
