import type { BatchState } from '#graphql';
import { to } from '../../app/router';
import { Badge, Notice, Progress } from '../../kit/states';
import { t } from '../../strings';
import { number } from '../../strings/format';
import type { Job } from './job';

type Stated = Pick<Job, 'state' | 'dryRun'> & { batch?: { state: BatchState } | null };

const KINDS = { DONE: 'good', FAILED: 'bad', CANCELLED: 'warn', READING: 'plain', WRITING: 'plain' } as const;

export function StateBadge({ job: { state, batch } }: { job: Stated }) {
  if (batch?.state === 'UNDONE') return <Badge kind="warn">{t.import.undone}</Badge>;
  return <Badge kind={KINDS[state]}>{t.import.states[state]}</Badge>;
}

/** How far taking an import back is, and what it has left. */
export function Undone({ batch }: { batch: NonNullable<Job['batch']> }) {
  const { state, doneCount, changeCount, kept } = batch;
  if (state === 'UNDOING') return <Progress value={doneCount} total={changeCount} label={t.import.undoing} />;
  if (state !== 'UNDONE') return null;
  const pages = { CONTACT: '/contacts/', COMPANY: '/companies/' } as Record<string, string>;
  return (
    <Notice kind={kept.totalCount > 0 ? 'warn' : 'info'}>
      <p>{kept.totalCount > 0 ? t.import.kept(kept.totalCount) : t.import.undoneText}</p>
      <ul>
        {kept.nodes.map(({ subjectId, subjectType, field }, index) => (
          <li key={index}>
            <a href={to(`${pages[subjectType] ?? '/contacts/'}${subjectId}`)}>
              {field ?? t.import.wholeRecord} · {subjectId}
            </a>
          </li>
        ))}
      </ul>
      {kept.totalCount > kept.nodes.length && <p>+ {number(kept.totalCount - kept.nodes.length)}</p>}
    </Notice>
  );
}
