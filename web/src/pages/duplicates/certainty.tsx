import { Badge } from '../../kit/states';
import { t } from '../../strings';
import { percent } from '../../strings/format';
import type { Group } from './groups';

/** How sure it is, in a word and a number. */
export function Certainty({ certainty, score }: { certainty: Group['certainty']; score: number }) {
  return (
    <Badge kind={certainty === 'CERTAIN' ? 'good' : 'warn'}>
      {t.duplicates.certainty[certainty]} · {percent(score)}
    </Badge>
  );
}
