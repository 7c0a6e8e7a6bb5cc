import { useState } from 'preact/hooks';
import { Progress } from '../../kit/states';
import { t } from '../../strings';
import { duration, number, unit } from '../../strings/format';
import { doneOf, type Job } from './job';
import type { Upload } from './upload';

const MEGABYTE = 1e6;

/** How far an upload, or the import that has come of it, is. */
export function Running({ job, upload }: { job: Job | undefined; upload?: Upload | undefined }) {
  const isSending = upload?.state.value === 'SENDING';
  const total = upload?.file.size ?? 0;
  const sent = upload?.sent.value ?? 0;
  if (isSending && (sent < total || !job)) {
    const rows = job ? ` · ${t.import.rows(job.rowsRead)}` : '';
    const size = unit(total / MEGABYTE, 'megabyte');
    return <Progress value={sent} total={total} label={t.import.sending(size) + rows} />;
  }
  return job ? <Rows key={job.state} job={job} /> : <Progress value={0} label={t.import.states.READING} />;
}

/** Rows a second; none before there is something to count. */
function rateSince(begun: { done: number; at: number }, done: number): number {
  const seconds = (Date.now() - begun.at) / 1000;
  return seconds > 1 ? (done - begun.done) / seconds : 0;
}

function Rows({ job }: { job: Job }) {
  const done = doneOf(job);
  // The rate is that of what this page has seen.
  const [begun] = useState(() => ({ done, at: Date.now() }));
  const rate = rateSince(begun, done);
  const total = job.rowsTotal ?? undefined;
  const parts = [
    t.import.states[job.state],
    total ? t.import.rowsOf(number(done), total) : t.import.rows(done),
    rate >= 1 && t.import.rate(Math.round(rate)),
    rate >= 1 && total && t.import.left(duration((total - done) / rate)),
  ];
  return <Progress value={done} total={total ?? null} label={parts.filter(Boolean).join(' · ')} />;
}

/** What was written, or would be. */
export function Counts({ job }: { job: Job }) {
  const { created, updated, unchanged, restored, failed, companiesCreated } = job;
  const counts = { created, updated, unchanged, restored, companiesCreated, failed };
  return (
    <dl class="counts">
      {(Object.keys(counts) as (keyof typeof counts)[]).map((name) => (
        <div key={name} class={counts[name] === 0 ? 'none' : name === 'failed' ? 'bad' : ''}>
          <dt>{t.import.counts[name]}</dt>
          <dd>{number(counts[name])}</dd>
        </div>
      ))}
    </dl>
  );
}
