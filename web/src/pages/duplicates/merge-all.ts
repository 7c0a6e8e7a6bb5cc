import { signal } from '@preact/signals';
import { MergeAllDuplicatesDocument } from '#graphql';
import { accepted } from '../../api/errors';
import { confirm, toast, toastError } from '../../kit/overlays';
import { followBatch, undoBatch } from '../../parts/batch';
import { mutate } from '../../store/query';
import { t } from '../../strings';

/** The batch that merges all, while it runs: it goes on whatever page is shown. */
export const merging = signal<string | undefined>(undefined);

const run = async (dryRun: boolean) => accepted((await mutate(MergeAllDuplicatesDocument, { dryRun })).mergeDuplicates);

/** Merges every group that is certain, after saying how many there are. */
export async function mergeAll(): Promise<void> {
  try {
    const would = await run(true);
    if (would.groupCount === 0) return toast(t.duplicates.noCertain);
    const { mergeAllTitle: title, mergeAllText, mergeAll: action } = t.duplicates;
    if (!(await confirm({ title, text: mergeAllText(would.groupCount, would.absorbedCount), action }))) return;
    const done = await run(false);
    const id = done.batch?.id;
    if (!id) return;
    merging.value = id;
    await followBatch(id);
    toast(t.duplicates.merged(done.absorbedCount), { undo: () => undoBatch(id) });
  } catch (error) {
    toastError(error);
  } finally {
    merging.value = undefined;
  }
}
