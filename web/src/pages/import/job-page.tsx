import { useEffect, useRef } from 'preact/hooks';
import { to } from '../../app/router';
import { CancelImportDocument, ResumeImportDocument } from '#graphql';
import { accepted } from '../../api/errors';
import { Button } from '../../kit/button';
import { announce, confirm, toastError } from '../../kit/overlays';
import { Page } from '../../kit/page';
import { EmptyState, Failed, Loading, Notice } from '../../kit/states';
import { Time } from '../../kit/time';
import { canUndo, followBatch, undoBatch } from '../../parts/batch';
import { mutate } from '../../store/query';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { Faults } from './faults';
import { isRunning, useJob, type Job } from './job';
import { Mapping } from './mapping';
import { Counts, Running } from './progress';
import { StateBadge, Undone } from './report';
import { uploads } from './upload';

const cancel = async ({ id }: Job) => accepted((await mutate(CancelImportDocument, { id })).cancelImport);
const resume = async ({ id }: Job) => accepted((await mutate(ResumeImportDocument, { id })).resumeImport);

async function undo(batchId: string) {
  const { undoTitle: title, undoText: text, undo: action } = t.import;
  if (await confirm({ title, text, action, danger: true })) await undoBatch(batchId);
}

const tell = (work: Promise<unknown>) => void work.catch(toastError);

/** One import, while it runs and afterwards: `#/import/ID`. */
export function JobPage({ id }: { id: string }) {
  const upload = uploads.get(id);
  const state = upload?.state.value;
  const { job, error, refetch, isMissing } = useJob(id, state === 'SENDING' || state === 'SENT');
  const name = job?.fileName ?? upload?.file.name ?? t.import.noName;
  const isUndoing = job?.batch?.state === 'UNDOING';
  const batchId = job?.batch?.id;
  useEffect(() => {
    if (isUndoing && batchId) void followBatch(batchId);
  }, [isUndoing, batchId]);
  useEnd(job);
  const refused = state instanceof Error ? state : undefined;
  return (
    <Page
      title={name}
      back={{ href: to('/import'), label: t.import.title }}
      detail={
        job && (
          <>
            <StateBadge job={job} /> <Time at={job.startedAt} />
          </>
        )
      }
      actions={job && <Actions job={job} />}
    >
      {job ? (
        <>
          {isRunning(job) && (
            <>
              <Running job={job} upload={upload} />
              <p class="dim">{t.import.goesOn}</p>
            </>
          )}
          {job.error && <Notice kind="bad">{job.error}</Notice>}
          {job.batch && <Undone batch={job.batch} />}
          <Counts job={job} />
          {!isRunning(job) && <Faults job={job} />}
          <Mapping columns={job.mapping} of="contacts" />
        </>
      ) : refused ? (
        <Failed error={refused} />
      ) : upload ? (
        <Running job={undefined} upload={upload} />
      ) : isMissing ? (
        <EmptyState icon="search" title={t.app.notFound} />
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Actions({ job }: { job: Job }) {
  const { batch, dryRun } = job;
  if (!can('MEMBER') || dryRun) return null;
  if (isRunning(job)) return <Button onClick={() => tell(cancel(job))}>{t.import.stop}</Button>;
  return (
    <>
      {job.state === 'FAILED' && job.rowsTotal !== null && batch?.state !== 'UNDONE' && (
        <Button kind="primary" onClick={() => tell(resume(job))}>
          {t.import.resume}
        </Button>
      )}
      {batch && canUndo(batch) && (
        <Button icon="restore" onClick={() => tell(undo(batch.id))}>
          {t.import.undo}
        </Button>
      )}
    </>
  );
}

/** Says when an import that was seen running has ended. */
function useEnd(job: Job | undefined): void {
  const wasRunning = useRef(false);
  const isNow = job !== undefined && isRunning(job);
  useEffect(() => {
    if (wasRunning.current && job && !isNow) announce(`${t.import.states[job.state]}. ${t.import.rows(job.created)}`);
    wasRunning.current = isNow;
  });
}
