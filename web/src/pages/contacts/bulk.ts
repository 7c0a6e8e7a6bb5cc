import { request, type Document } from '../../api/client';
import { ContactIdsDocument, type ContactIdsQuery, type ContactIdsQueryVariables } from '#graphql';
import type { UserError } from '../../api/errors';
import { mutate } from '../../store/query';
import type { Address } from './address';

/** Most contacts that one action writes. */
export const BULK_MAX = 10_000;
/** Contacts of one request: a filter has at most 500 values. */
export const TAGGED_SIZE = 450;
export const MOVED_SIZE = 1000;
const PAGE = 200;

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
export async function idsOf({ search, filter, includeTrashed }: Address, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const variables: ContactIdsQueryVariables = { first: PAGE, after, search, filter, includeTrashed };
    const { contacts }: ContactIdsQuery = await request(ContactIdsDocument, variables, signal);
    ids.push(...contacts.nodes.map(({ id }) => id));
    after = contacts.pageInfo.hasNextPage ? (contacts.pageInfo.endCursor ?? null) : null;
  } while (after !== null && ids.length < BULK_MAX);
  return ids;
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
