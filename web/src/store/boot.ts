import { parse } from '../app/place';
import { prime, request } from '../api/client';
import { ApiError } from '../api/errors';
import { ownCard } from '../api/session';
import { firstPage, readAddress, storedColumns } from '../pages/contacts/address';
import { BootContactDocument, BootContactsDocument, BootDocument, ContactListDocument, type BootQuery } from '#graphql';

interface Booted {
  viewer: BootQuery['viewer'];
  /** The feed's end; undefined when the caller may not see the feed. */
  cursor: string | null | undefined;
}

const { path, query } = parse(location.hash);

/** True when the console begins with the list of contacts. */
export const beginsWithContacts = path === '/contacts' || path === '/';

/**
 * Asks who is signed in, and for the feed's end; for the first contacts in the same request, where they are shown. A
 * contact's user may see neither, and is asked for alone where the browser remembers one.
 */
async function boot(): Promise<Booted> {
  if (ownCard.get()) {
    const own = await ownOnly();
    if (own.viewer?.role === 'CONTACT') return own;
    // The role was another one when the browser was here before.
    ownCard.clear();
  }
  try {
    const { viewer, changes } = beginsWithContacts ? await withContacts() : await request(BootDocument, {});
    return { viewer, cursor: changes.pageInfo.endCursor ?? null };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'FORBIDDEN') throw error;
    ownCard.set();
    return ownOnly();
  }
}

const ownOnly = async (): Promise<Booted> => ({
  viewer: (await request(BootContactDocument, {})).viewer,
  cursor: undefined,
});

function withContacts() {
  const variables = firstPage(readAddress(query), storedColumns());
  const answer = request(BootContactsDocument, variables);
  prime(ContactListDocument, variables, answer);
  return answer.catch((error: unknown) => {
    // What the address says may be wrong: then the list says so.
    const isOfList = error instanceof ApiError && error.code === 'BAD_USER_INPUT';
    if (!isOfList) throw error;
    return request(BootDocument, {});
  });
}

/** Begins as soon as this module is read. */
export const booted = boot();
booted.catch(() => undefined);
