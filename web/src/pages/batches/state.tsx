import { useEffect } from 'preact/hooks';
import type { BatchRowFragment } from '#graphql';
import { Badge, Progress } from '../../kit/states';
import { followBatch } from '../../parts/batch';
import { t } from '../../strings';
import { number } from '../../strings/format';

type Batch = BatchRowFragment;

const KINDS = { DONE: 'good', FAILED: 'bad', UNDONE: 'plain' } as const;

/** Whether a batch is done, or how far it is. */
export function State({ batch: { id, state, doneCount, changeCount } }: { batch: Batch }) {
  const runs = state === 'RUNNING' || state === 'UNDOING';
  useEffect(() => {
    if (runs) void followBatch(id);
  }, [id, runs]);
  if (!runs) return <Badge kind={KINDS[state]}>{t.batches.states[state]}</Badge>;
  const label = `${t.batches.states[state]} · ${number(doneCount)}`;
  return <Progress value={doneCount} total={state === 'UNDOING' ? changeCount : null} label={label} />;
}

/** Who made a batch. */
export const actorOf = ({ actor, actorType }: Pick<Batch, 'actor' | 'actorType'>): string =>
  actor?.name ?? actor?.email ?? (actorType === 'USER' ? t.history.formerUser : t.history.actors[actorType]);
