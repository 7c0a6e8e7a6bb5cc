import { useState } from 'preact/hooks';
import { to } from '../../app/router';
import { ImportJobListDocument } from '#graphql';
import { Button } from '../../kit/button';
import { Badge, Failed } from '../../kit/states';
import { Time } from '../../kit/time';
import { useQuery } from '../../store/query';
import { t } from '../../strings';
import { StateBadge } from './report';

const STEP = 50;

/** The imports so far, newest first. What was only tried is none. */
export function Earlier() {
  const [first, setFirst] = useState(STEP);
  const live = ({ batchId }: { batchId?: string | null }) => Boolean(batchId);
  const { data, error, refetch } = useQuery(ImportJobListDocument, { first }, { keep: true, live });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  const jobs = data?.importJobs.nodes.filter(({ dryRun }) => !dryRun) ?? [];
  if (!data || (jobs.length === 0 && !data.importJobs.pageInfo.hasNextPage)) return null;
  return (
    <section class="card">
      <h2>{t.import.earlier}</h2>
      <ul class="jobs">
        {jobs.map((job) => (
          <li key={job.id}>
            <a href={to(`/import/${job.id}`)}>
              <bdi>{job.fileName ?? t.import.noName}</bdi>
            </a>
            <StateBadge job={job} />
            <span class="dim">{t.import.summary(job.created, job.updated + job.restored)}</span>
            {job.failed > 0 && <Badge kind="bad">{t.import.failedCount(job.failed)}</Badge>}
            <span class="dim">
              <Time at={job.startedAt} />
            </span>
          </li>
        ))}
      </ul>
      {data.importJobs.pageInfo.hasNextPage && first < 200 && (
        <Button onClick={() => setFirst(first + STEP)}>{t.import.showMore}</Button>
      )}
    </section>
  );
}
