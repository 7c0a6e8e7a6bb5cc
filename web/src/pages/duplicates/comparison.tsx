import { ComparedContactsDocument } from '#graphql';
import { messagesOf } from '../../api/errors';
import { Button } from '../../kit/button';
import { Select } from '../../kit/fields';
import { useShortcut } from '../../kit/shortcuts';
import { EmptyState, Failed, Loading, Notice } from '../../kit/states';
import { useQuery } from '../../store/query';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { list } from '../../strings/format';
import { Certainty } from './certainty';
import { evidence } from './groups';
import { Lines } from './line-table';
import type { Compared } from './lines';
import { useMerge, type Merge } from './use-merge';

interface ComparisonProps {
  ids: string[];
  survivor?: string;
  /** Called when it is decided whether they are one person, with the one that stays. */
  onDone: (survivor: string) => void;
}

/** Most contacts of one merge. */
const CONTACTS_MAX = 50;

/** Contacts side by side, and what a merge would come to. */
export function Comparison({ ids, survivor, onDone }: ComparisonProps) {
  const shown = ids.slice(0, CONTACTS_MAX);
  const live = ({ contactId }: { contactId?: string | null }) => shown.includes(contactId ?? '');
  const { data, error, refetch } = useQuery(ComparedContactsDocument, { ids: shown }, { live, keep: true });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const contacts = data.contactsByIds.filter((contact) => contact.status !== 'TRASHED') as Compared[];
  if (contacts.length < 2) {
    return <EmptyState icon="people" title={t.duplicates.gone} text={t.duplicates.goneText} />;
  }
  return <Decision contacts={contacts} suggested={survivor} onDone={onDone} />;
}

interface DecisionProps {
  contacts: Compared[];
  suggested: string | undefined;
  onDone: (survivor: string) => void;
}

function Decision({ contacts, suggested, onDone }: DecisionProps) {
  const merge = useMerge(contacts, suggested, onDone);
  const { included, outcome, isBusy } = merge;
  const mayMerge = can('MEMBER') && included.length > 1 && !isBusy;
  useShortcut(mayMerge && 'm', t.duplicates.merge, () => void merge.merge());
  useShortcut(mayMerge && 'n', t.duplicates.different, () => void merge.mark());
  const problem = outcome && messagesOf(outcome.userErrors);
  return (
    <>
      <Evidence contacts={contacts} />
      <Lines contacts={contacts} merge={merge} />
      {problem && <Notice kind="bad">{problem}</Notice>}
      {merge.error && <Failed error={merge.error} />}
      {can('MEMBER') && (
        <>
          {merge.users.length > 1 && (
            <Select
              label={t.duplicates.login}
              value={merge.keepUserId ?? ''}
              options={merge.users.map(({ id, email }) => ({ value: id, label: email }))}
              onChange={merge.setKeepUserId}
            />
          )}
          <Outcome merge={merge} />
          <div class="decision">
            <Button
              kind="primary"
              icon="merge"
              keys="m"
              disabled={!mayMerge || Boolean(problem)}
              onClick={() => void merge.merge()}
            >
              {t.duplicates.mergeCount(included.length)}
            </Button>
            <Button keys="n" disabled={!mayMerge} onClick={() => void merge.mark()}>
              {t.duplicates.different}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

/** Why the contacts are likely one person, and how sure that is. */
function Evidence({ contacts }: { contacts: Compared[] }) {
  const ids = new Set(contacts.map(({ id }) => id));
  const pairs = contacts.flatMap(({ duplicates }) => duplicates).filter(({ contact }) => ids.has(contact.id));
  if (pairs.length === 0) return null;
  const { reasons, score } = evidence(pairs);
  const certainty = pairs.some((pair) => pair.certainty === 'CERTAIN') ? 'CERTAIN' : 'LIKELY';
  return (
    <p class="evidence">
      <Certainty certainty={certainty} score={score} /> {list(reasons.map((reason) => t.duplicates.reasons[reason]))}
    </p>
  );
}

const textOf = (value: unknown) =>
  typeof value === 'string' ? value : ((value as { value?: string } | null)?.value ?? JSON.stringify(value));

/** What the survivor would not have, and what moves to it. */
function Outcome({ merge: { outcome } }: { merge: Merge }) {
  if (!outcome || outcome.userErrors.length > 0) return null;
  const { conflicts, movedMembershipCount: memberships, movedInteractionCount: interactions } = outcome;
  return (
    <section class="card">
      <h2>{t.duplicates.discarded}</h2>
      {conflicts.length === 0 && <p>{t.duplicates.nothingLost}</p>}
      <dl class="lost">
        {conflicts.map(({ field, discarded }) => (
          <div key={field}>
            <dt>{(t.fields as Record<string, string>)[field] ?? field}</dt>
            <dd>
              {discarded.map((value, index) => (
                <del key={index}>
                  <bdi>{textOf(value)}</bdi>
                </del>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      {memberships + interactions > 0 && <p class="dim">{t.duplicates.moved(memberships, interactions)}</p>}
    </section>
  );
}
