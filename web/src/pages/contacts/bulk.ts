import { request, type Document } from '../../api/client';
import { ContactIdsDocument } from '#graphql';
import type { UserError } from '../../api/errors';
import { allIds } from '../../store/list';
import { mutate } from '../../store/query';
import type { Address } from './address';

/** Most contacts that one action writes. */
export const BULK_MAX = 10_000;
/** Contacts of one request: a filter has at most 500 values. */
export const TAGGED_SIZE = 450;
export const MOVED_SIZE = 1000;

/** What one request of several has done. */
export interface Payload {
  batch?: { id: string } | null;
  userErrors: UserError[];
}

export interface Outcome {
  batches: string[];
  errors: UserError[];
}

/** The ids of all contacts that an address finds. */
export function idsOf({ search, filter, includeTrashed }: Address, signal: AbortSignal): Promise<string[]> {
  const variables = { search, filter, includeTrashed };
  return allIds(
    async (page) => (await request(ContactIdsDocument, { ...page, ...variables }, signal)).contacts,
    BULK_MAX,
  );
}

/** Runs a mutation for some contacts after the others. What was done before it is stopped stays done, and can be undone. */
export async function inBatches<Result extends { payload?: Payload | null }, Variables>(
  document: Document<Result, Variables>,
  ids: string[],
  size: number,
  variables: (ids: string[]) => Variables,
  { signal, tell, outcome }: { signal: AbortSignal; tell: (done: number) => void; outcome: Outcome },
): Promise<void> {
  for (let at = 0; at < ids.length && !signal.aborted; at += size) {
    const { payload } = await mutate(document, variables(ids.slice(at, at + size)));
    if (payload?.batch) outcome.batches.push(payload.batch.id);
    outcome.errors.push(...(payload?.userErrors ?? []));
    tell(Math.min(ids.length, at + size));
  }
}

/** Has the browser save an export. */
export function download(format: string, filter: object, includeTrashed = false): void {
  const query = new URLSearchParams({ of: 'contacts', format, filter: JSON.stringify(filter) });
  if (includeTrashed) query.set('includeTrashed', 'true');
  const link = document.createElement('a');
  link.href = `export?${query}`;
  link.download = '';
  link.click();
}
