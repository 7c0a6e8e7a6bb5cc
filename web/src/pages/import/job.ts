import { useEffect } from 'preact/hooks';
import { ImportJobDocument, ImportProgressDocument, type ImportJobStateFragment } from '#graphql';
import { request } from '../../api/client';
import type { ApiError } from '../../api/errors';
import { recordOf, store } from '../../store/cache';
import { useQuery } from '../../store/query';

export type Job = ImportJobStateFragment;

export const isRunning = ({ state }: Pick<Job, 'state'>): boolean => state === 'READING' || state === 'WRITING';

/** Rows that are dealt with. */
export const doneOf = (job: Job): number =>
  isRunning(job) && job.state === 'READING'
    ? job.rowsRead
    : job.created + job.updated + job.unchanged + job.restored + job.failed;

const followed = new Set<string>();
const PAUSE_MS = 700;

/** Follows an import to its end, once a tab, across interruptions. It may not exist yet. */
async function follow(id: string): Promise<void> {
  if (followed.has(id)) return;
  followed.add(id);
  const { iterate } = await import('../../store/socket');
  for (let isOver = false; !isOver;) {
    try {
      await iterate(ImportProgressDocument, { id }, ({ importProgress }) => store(importProgress));
      const answer = await request(ImportJobDocument, { id });
      store(answer);
      isOver = answer.importJob ? !isRunning(answer.importJob) : false;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    // An upload that was refused is no import.
    if (!stillWanted.has(id)) isOver = true;
  }
  followed.delete(id);
}

const stillWanted = new Set<string>();

interface JobState {
  job: Job | undefined;
  error: ApiError | undefined;
  isMissing: boolean;
  refetch: () => Promise<void>;
}

/** An import, followed for as long as it runs. `isComing`: its file is on its way. */
export function useJob(id: string, isComing = false): JobState {
  const { data, error, refetch } = useQuery(ImportJobDocument, { id });
  const known = recordOf<Job>(id);
  const job = known?.mapping ? (known as Job) : undefined;
  const isWanted = isComing || (job !== undefined && isRunning(job));
  useEffect(() => {
    if (!isWanted) return undefined;
    stillWanted.add(id);
    void follow(id);
    return () => void stillWanted.delete(id);
  }, [id, isWanted]);
  return { job, error, refetch, isMissing: data?.importJob === null && !job };
}
