import { useState } from 'preact/hooks';
import { BatchCardDocument, KeptRecordsDocument, type BatchRowFragment, type BatchStateFragment } from '#graphql';
import { to } from '../../app/router';
import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';
import { confirm, toast, toastError } from '../../kit/overlays';
import { EmptyState, Failed, Loading, Notice } from '../../kit/states';
import { Time } from '../../kit/time';
import { canUndo, undoBatch } from '../../parts/batch';
import { hrefOf } from '../../parts/subject';
import { fieldName } from '../../parts/value';
import { useQuery } from '../../store/query';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { actorOf, State } from './state';

type Batch = BatchRowFragment & BatchStateFragment;

/** A batch, above the list: what it did, how to take it back, and what undoing has left. */
export function BatchCard({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(BatchCardDocument, { id });
  const [busy, setBusy] = useState(false);
  const batch = data?.node && 'state' in data.node ? data.node : undefined;
  const undo = async (shown: Batch) => {
    const title = t.batches.undoTitle(t.batches.kinds[shown.kind]);
    const text = t.history.undoBatchText(shown.changeCount);
    if (!(await confirm({ title, text, action: t.batches.undo, danger: true }))) return;
    setBusy(true);
    await undoBatch(id).then(() => toast(t.app.undone), toastError);
    setBusy(false);
    void refetch();
  };
  return (
    <Dialog
      title={batch ? t.batches.kinds[batch.kind] : t.batches.title}
      onClose={onClose}
      footer={
        batch &&
        canUndo(batch) && (
          <Button icon="restore" kind="danger" busy={busy} onClick={() => undo(batch)}>
            {t.batches.undo}
          </Button>
        )
      }
    >
      {batch ? (
        <Known batch={batch} />
      ) : error ? (
        <Failed error={error} onRetry={refetch} />
      ) : data ? (
        <EmptyState icon="search" title={t.app.notFound} />
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}

function Known({ batch }: { batch: Batch }) {
  const { changeCount, createdAt, undoneAt, importJob, kept } = batch;
  return (
    <>
      <dl class="facts">
        <dt>{t.batches.state}</dt>
        <dd>
          <State batch={batch} />
        </dd>
        {importJob && (
          <>
            <dt>{t.batches.import}</dt>
            <dd>
              <a href={to(`/import/${importJob.id}`)}>
                <bdi>{importJob.fileName ?? t.batches.kinds.IMPORT}</bdi>
              </a>
            </dd>
          </>
        )}
        <dt>{t.batches.changes}</dt>
        <dd>{number(changeCount)}</dd>
        <dt>{t.trash.by}</dt>
        <dd>
          <bdi>{actorOf(batch)}</bdi>
        </dd>
        <dt>{t.trash.when}</dt>
        <dd>
          <Time at={createdAt} />
        </dd>
        {undoneAt && (
          <>
            <dt>{t.batches.states.UNDONE}</dt>
            <dd>
              <Time at={undoneAt} />
            </dd>
          </>
        )}
      </dl>
      {batch.state === 'UNDONE' &&
        (kept.totalCount > 0 ? <Kept batch={batch} /> : <Notice>{t.batches.nothingKept}</Notice>)}
    </>
  );
}

/** What undoing has left, because somebody has changed it since. */
function Kept({ batch: { kept } }: { batch: Batch }) {
  const ids = [...new Set(kept.nodes.map(({ subjectId }) => subjectId))];
  const { data } = useQuery(KeptRecordsDocument, { ids });
  const names = new Map(data?.nodes.map((node) => [node?.id, node && 'name' in node ? node.name : '']));
  return (
    <section>
      <h3>{t.batches.kept(kept.totalCount)}</h3>
      <ul class="lines">
        {kept.nodes.map(({ subjectId, subjectType, field }) => (
          <li key={`${subjectId} ${field ?? ''}`}>
            {names.get(subjectId) && (subjectType === 'CONTACT' || subjectType === 'COMPANY') ? (
              <a href={hrefOf(subjectId, subjectType)}>
                <bdi>{names.get(subjectId)}</bdi>
              </a>
            ) : (
              <span>{t.settings.subjectTypes[subjectType]}</span>
            )}
            <span class="dim">{field ? fieldName(field) : t.batches.wholeRecord}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
