import { useState } from 'preact/hooks';
import { MarkNotDuplicatesDocument, MergeContactsDocument, UnmarkNotDuplicatesDocument } from '#graphql';
import { accepted } from '../../api/errors';
import { toast, toastError } from '../../kit/overlays';
import { undoBatch } from '../../parts/batch';
import { mutate, useQuery } from '../../store/query';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import type { Compared } from './lines';

/** Fields of which one value is chosen. */
export type Choice = 'name' | 'birthday' | 'externalId' | 'notes';

/** What is chosen of a merge, and what it would come to. */
export function useMerge(contacts: Compared[], suggested: string | undefined, onDone: (survivor: string) => void) {
  const [kept, setKept] = useState(suggested);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  // Of which contact a field's value is taken.
  const [sources, setSources] = useState<Partial<Record<Choice, string>>>({});
  const [keepUserId, setKeepUserId] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const included = contacts.filter(({ id }) => !left.has(id));
  const survivor = included.find(({ id }) => id === kept) ?? included[0];
  const overrides: Partial<Record<Choice, string>> = {};
  for (const [field, id] of Object.entries(sources) as [Choice, string][]) {
    const value = included.find((contact) => contact.id === id)?.[field];
    if (value) overrides[field] = value;
  }
  const users = included.flatMap(({ user }) => user ?? []);
  const variables = survivor &&
    included.length > 1 && {
      survivorId: survivor.id,
      absorbedIds: included.filter((contact) => contact !== survivor).map(({ id }) => id),
      overrides: Object.keys(overrides).length > 0 ? overrides : null,
      keepUserId: users.length > 1 ? (keepUserId ?? survivor.user?.id ?? users[0]?.id ?? null) : null,
      expectedVersions: included.map(({ id, version }) => ({ id, version })),
    };
  const asked = variables && can('MEMBER') ? { ...variables, dryRun: true } : null;
  const { data, error } = useQuery(MergeContactsDocument, asked, { keep: true });

  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    await work().then(() => onDone(survivor?.id ?? ''), toastError);
    setBusy(false);
  };
  const merge = () =>
    act(async () => {
      if (!variables) return;
      const { batch } = accepted((await mutate(MergeContactsDocument, { ...variables, dryRun: false })).mergeContacts);
      const id = batch?.id;
      toast(t.duplicates.merged(included.length), id ? { undo: () => undoBatch(id) } : {});
    });
  const mark = () =>
    act(async () => {
      const ids = included.map(({ id }) => id);
      accepted((await mutate(MarkNotDuplicatesDocument, { ids })).markNotDuplicates);
      toast(t.duplicates.marked, {
        undo: async () => void accepted((await mutate(UnmarkNotDuplicatesDocument, { ids })).unmarkNotDuplicates),
      });
    });
  return {
    included,
    survivor,
    users,
    keepUserId: variables ? variables.keepUserId : null,
    setKeepUserId,
    outcome: asked ? data?.mergeContacts : undefined,
    error,
    isBusy,
    sources,
    keep: setKept,
    choose: (field: Choice, id: string) => setSources({ ...sources, [field]: id }),
    toggle: (id: string) => {
      const next = new Set(left);
      if (!next.delete(id)) next.add(id);
      setLeft(next);
    },
    merge,
    mark,
  };
}

export type Merge = ReturnType<typeof useMerge>;
