import { useEffect, useRef } from 'preact/hooks';
import { go } from '../../app/router';
import { Button } from '../../kit/button';
import { announce } from '../../kit/overlays';
import { Failed, Notice } from '../../kit/states';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { Faults } from './faults';
import { isRunning, useJob, type Job } from './job';
import { Mapping } from './mapping';
import { OptionFields } from './options';
import { Counts, Running } from './progress';
import { attempt, draft, send, uploads, type Upload } from './upload';

/** What an import of the file would write; whatever is changed here tries it again. */
export function Check({ current }: { current: Upload }) {
  const state = current.state.value;
  const { job } = useJob(current.id, state === 'SENDING' || state === 'SENT');
  // Until the file is tried anew, the page shows what was so before.
  const last = useRef<Job>(undefined);
  const isTried = job !== undefined && !isRunning(job);
  if (isTried) last.current = job;
  const shown = isTried ? job : last.current;
  useEffect(() => {
    if (isTried) announce(t.import.wouldText);
  }, [isTried]);
  const error = job?.error ? new Error(job.error) : state instanceof Error && !isTried ? state : undefined;
  const { file, options } = current;
  const change = (next: Partial<typeof options>) => attempt(file, { ...options, ...next });
  const begin = () => {
    const upload = send(file, options, false);
    draft.value = undefined;
    uploads.delete(current.id);
    go(`/import/${upload.id}`);
  };
  const rows = shown ? shown.created + shown.updated + shown.restored : 0;
  return (
    <>
      {error ? (
        <Failed error={error} onRetry={() => change({})} />
      ) : (
        <>
          {!isTried && <Running job={job} upload={current} />}
          {shown && (
            <>
              <Notice>
                <p>{t.import.wouldText}</p>
              </Notice>
              <Counts job={shown} />
              {can('MEMBER') && (
                <div>
                  <Button kind="primary" icon="upload" disabled={!isTried || rows === 0} onClick={begin}>
                    {rows === 0 ? t.import.nothingNew : t.import.begin(rows)}
                  </Button>
                </div>
              )}
              <Mapping
                columns={shown.mapping}
                of={options.of}
                onChange={(column, field) => change({ fields: { ...options.fields, [column]: field } })}
              />
              <Faults key={shown.id} job={shown} />
            </>
          )}
        </>
      )}
      <OptionFields value={options} onChange={change} />
    </>
  );
}
