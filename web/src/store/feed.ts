import { signal } from '@preact/signals';
import { request } from '../api/client';
import { FeedEndDocument, type FeedSubscription } from '#graphql';
import { store } from './cache';

/** A change of the feed; or that changes may have been missed, after which everything is asked again. */
export type FeedEvent = FeedSubscription['changes']['node'] | 'RESYNC';

/** False while the server cannot be reached. */
export const online = signal(true);

const listeners = new Set<(event: FeedEvent) => void>();

/** Calls with each change; returns what ends it. */
export function onChange(listener: (event: FeedEvent) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const tell = (event: FeedEvent) => listeners.forEach((listener) => listener(event));

/** Follows the feed from a cursor, for as long as the page is open. */
export async function follow(after: string | null): Promise<void> {
  const { subscribe } = await import('./socket');
  let cursor = after;
  let isResync = false;
  for (;;) {
    if (isResync) {
      // First the end of the feed, then the records: a change in between is replayed.
      cursor = await endOfFeed();
      tell('RESYNC');
      isResync = false;
    }
    const ended = await subscribe(cursor, ({ cursor: next, node }) => {
      cursor = next;
      store(node.subject);
      tell(node);
    });
    // A new password has given the session another token. A session that is over is refused here, and leaves the page.
    if (ended === 'SIGN_IN') await request(FeedEndDocument, {}).catch(() => undefined);
    isResync = ended === 'RESYNC';
    if (!isResync) await pause();
  }
}

async function endOfFeed(): Promise<string | null> {
  for (;;) {
    try {
      const { changes } = await request(FeedEndDocument, {});
      return changes.pageInfo.endCursor ?? null;
    } catch {
      await pause();
    }
  }
}

/** Waits before the next try; no longer than until the network is back. */
const pause = () =>
  new Promise<void>((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, 500 + 1000 * Math.random());
    addEventListener('online', go);
  });
