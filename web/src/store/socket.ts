import { createClient } from 'graphql-ws';
import { keyOf, readAfter, type Document } from '../api/client';
import { FeedDocument, type FeedSubscription } from '#graphql';
import { online } from './feed';

/** Pause before the page says that it is offline: a restart of the server shall not blink. */
const OFFLINE_MS = 1500;

/** The code with which the connection was closed last. */
const state = { closedBy: 0 };
let timer: ReturnType<typeof setTimeout> | undefined;
const client = createClient({
  url: () => new URL('graphql', document.baseURI).href.replace('http', 'ws'),
  // It would subscribe again from where it first began; the feed goes on from the last change.
  retryAttempts: 0,
  keepAlive: 10_000,
  on: {
    connected: () => {
      clearTimeout(timer);
      timer = undefined;
      online.value = true;
    },
    closed: (event) => {
      state.closedBy = (event as { code?: number }).code ?? 0;
      timer ??= setTimeout(() => (online.value = false), OFFLINE_MS);
    },
  },
});
addEventListener('offline', () => (online.value = false));
// A connection that has outlived the network may be dead without knowing; a new one goes on from the last change.
addEventListener('online', () => client.terminate());

/** Returns true when the session has ended. */
const wasRefused = (): boolean => state.closedBy === 4403;

/** Runs a subscription until it ends; `tell` is called with each answer. Fails when the connection does. */
export async function iterate<Result, Variables>(
  wanted: Document<Result, Variables>,
  variables: Variables,
  tell: (result: Result) => void,
): Promise<void> {
  const payload = { query: '', documentId: keyOf(wanted), variables: variables as Record<string, unknown> };
  for await (const { data, errors, extensions } of client.iterate<Result, { readAfter?: string }>(payload)) {
    readAfter(extensions?.readAfter);
    if (errors) throw errors as unknown as Error;
    if (data) tell(data);
  }
}

/** Follows the feed until the connection ends; returns what is to be done then. */
export async function subscribe(
  after: string | null,
  tell: (edge: FeedSubscription['changes']) => void,
): Promise<'AGAIN' | 'RESYNC' | 'SIGN_IN'> {
  state.closedBy = 0;
  try {
    await iterate(FeedDocument, { after }, ({ changes }) => tell(changes));
  } catch (problem) {
    const code = (problem as { extensions?: { code?: string } }[] | undefined)?.[0]?.extensions?.code;
    if (code === 'BAD_USER_INPUT') return 'RESYNC';
  }
  return wasRefused() ? 'SIGN_IN' : 'AGAIN';
}
