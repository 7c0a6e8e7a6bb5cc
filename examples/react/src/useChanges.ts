import type { Subscription } from 'rxjs';
import { useEffect, useEffectEvent } from 'react';
import { client, codeOf } from './client';
import { ChangesDocument, FeedEndDocument } from './generated';

/**
 * Keeps the cache up to date while a component is shown. A changed record arrives with its present values, which the cache
 * shows by itself; `reload` is called when a record may have entered or left a list.
 */
export function useChanges(reload: () => Promise<unknown>) {
  const loadLists = useEffectEvent(reload);

  useEffect(() => {
    let isFollowing = true;
    let after: string | null | undefined;
    let retry: number | undefined;
    let subscription: Subscription | undefined;

    const again = (problem?: unknown) => {
      if (codeOf(problem) === 'FORBIDDEN') return;
      // The cursor is older than the changes that are kept, or the database was restored from a backup.
      if (codeOf(problem) === 'BAD_USER_INPUT') after = undefined;
      clearTimeout(retry);
      if (isFollowing) retry = window.setTimeout(follow, 500 + 1000 * Math.random());
    };

    const follow = async () => {
      subscription?.unsubscribe();
      try {
        if (!after) {
          // The cursor first, then the records: changes made between the two are replayed.
          const { data } = await client.query({ query: FeedEndDocument, fetchPolicy: 'no-cache' });
          await loadLists();
          after = data?.changes.pageInfo.endCursor;
        }
      } catch (problem) {
        return again(problem);
      }
      if (!isFollowing) return;
      subscription = client.subscribe({ query: ChangesDocument, variables: { after } }).subscribe({
        next: ({ data, error }) => {
          if (!data) return again(error);
          if (data.changes.node.type !== 'UPDATED') void loadLists().catch(() => {});
          after = data.changes.cursor;
        },
        error: again,
        complete: again,
      });
    };

    void follow();
    return () => {
      isFollowing = false;
      clearTimeout(retry);
      subscription?.unsubscribe();
    };
  }, []);
}
