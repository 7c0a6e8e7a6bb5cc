import { useEffect } from 'preact/hooks';
import { DuplicateGroupListDocument, type DuplicateCertainty, type DuplicateGroupListQuery } from '#graphql';
import { onChange } from '../../store/feed';
import type { RowSource } from '../../store/list';
import { useList } from '../../store/use-list';

type Node = DuplicateGroupListQuery['duplicateGroups']['nodes'][number];

/** A group is known by its contacts: with others it is another one. */
export type Group = Node & { id: string };

const named = (group: Node): Group => ({ ...group, id: group.contacts.map(({ id }) => id).join() });

/** Pauses after which a change is asked about: a merge shows at once, what was written in a second, or later under load. */
const PAUSES_MS = [300, 1500, 5000, 20_000];

/** The groups of duplicates, asked again when contacts change. */
export function useGroups(certainty: DuplicateCertainty | null): RowSource<Group> {
  const rows = useList(DuplicateGroupListDocument, { certainty }, ({ duplicateGroups }) => ({
    ...duplicateGroups,
    nodes: duplicateGroups.nodes.map(named),
  }));
  useEffect(() => {
    const timers = new Map<number, ReturnType<typeof setTimeout>>();
    const later = (pause: number) => {
      // The long ones begin anew, because a group may come long after the last change.
      if (pause === PAUSES_MS[0] && timers.has(pause)) return;
      clearTimeout(timers.get(pause));
      const ask = () => {
        timers.delete(pause);
        rows.refresh();
      };
      timers.set(pause, setTimeout(ask, pause));
    };
    const end = onChange((event) => {
      if (event !== 'RESYNC' && event.subjectType !== 'INTERACTION') PAUSES_MS.forEach(later);
    });
    return () => {
      end();
      timers.forEach(clearTimeout);
    };
  }, [rows]);
  return rows;
}

/** What speaks for a group, and how sure its surest pair is. */
export function evidence(pairs: Pick<Node['pairs'][number], 'reasons' | 'score'>[]) {
  return {
    reasons: [...new Set(pairs.flatMap(({ reasons }) => reasons))],
    score: Math.max(0, ...pairs.map(({ score }) => score)),
  };
}
