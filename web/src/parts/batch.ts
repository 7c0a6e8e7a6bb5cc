import { BatchProgressDocument, UndoBatchDocument, type BatchStateFragment } from '#graphql';
import { accepted } from '../api/errors';
import { recordOf, store } from '../store/cache';
import { mutate } from '../store/query';
import { can, viewer } from '../store/viewer';

type Batch = Pick<BatchStateFragment, 'state' | 'actor'>;

const isOver = (id: string) => !/ING$/.test(recordOf<BatchStateFragment>(id)?.state ?? '');

/** Follows a batch until it is over, across interruptions. Whatever shows its record shows how far it is. */
export async function followBatch(id: string): Promise<void> {
  const { iterate } = await import('../store/socket');
  while (!isOver(id)) {
    await iterate(BatchProgressDocument, { id }, ({ batchProgress }) => store(batchProgress)).catch(
      () => new Promise((resolve) => setTimeout(resolve, 1000)),
    );
  }
}

/** Takes a batch back, and ends when it is taken back, which may take long. */
export async function undoBatch(id: string): Promise<void> {
  accepted((await mutate(UndoBatchDocument, { id })).undoBatch);
  await followBatch(id);
}

/** Returns true when the viewer may take the batch back, and there is something to be taken back. */
export const canUndo = ({ state, actor }: Batch): boolean =>
  (state === 'DONE' || state === 'FAILED') &&
  (can('ADMIN') || (can('MEMBER') && Boolean(actor) && actor?.id === viewer.value?.user?.id));

/** Takes back several batches, the last one first. */
export async function undoAll(batches: string[]): Promise<void> {
  for (const id of [...batches].reverse()) await undoBatch(id);
}
