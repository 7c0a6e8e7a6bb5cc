import { request } from '../api/client';
import { messagesOf, type UserError } from '../api/errors';
import {
  CompanyHistoryDocument,
  ContactHistoryDocument,
  HistoryBatchDocument,
  HistoryUndoBatchDocument,
  PutBackCompanyDocument,
  PutBackContactDocument,
  PutBackInteractionDocument,
  PutBackMembershipDocument,
  type ContactHistoryQuery,
  type HistoryChangeFragment,
} from '#graphql';
import { Button } from '../kit/button';
import { Icon, type IconName } from '../kit/icon';
import { confirm, toast, toastError } from '../kit/overlays';
import { Time } from '../kit/time';
import { mutate } from '../store/query';
import type { Connection } from '../store/list';
import { useList } from '../store/use-list';
import { can, viewer } from '../store/viewer';
import { t } from '../strings';
import { Paged } from './paged';
import { NO_ROWS, type Subject } from './subject';
import { fieldName, valueText } from './value';

type Change = HistoryChangeFragment;
type MembershipSubject = Extract<Change['subject'], { company: unknown }>;
type InteractionSubject = Extract<Change['subject'], { subject: unknown }>;

const ICONS: Partial<Record<Change['type'], IconName>> = {
  CREATED: 'add',
  UPDATED: 'edit',
  TRASHED: 'trash',
  DELETED: 'trash',
  RESTORED: 'restore',
  MERGED: 'merge',
  UNMERGED: 'merge',
};

/** Fields that no input has by itself. */
const OWN_WAYS = new Set(['isPrimary', 'position', 'card']);

/** Returns true for a value that an input may have: the trash has mutations of its own. */
const isWritable = (field: string, value: unknown) => field in t.fields && !OWN_WAYS.has(field) && value !== 'TRASHED';

/** What was changed of a contact or company, newest first. A value can be put back, and a batch undone. */
export function History({ subject, readOnly }: { subject: Subject; readOnly?: boolean }) {
  const isContact = subject.type === 'CONTACT';
  const rows = useList(
    isContact ? ContactHistoryDocument : CompanyHistoryDocument,
    { id: subject.id },
    ({ of }: ContactHistoryQuery): Connection<Change> => of?.history ?? NO_ROWS,
    {
      live: ({ contactId, subjectId, subjectType }) =>
        [contactId, subjectId].includes(subject.id) || (!isContact && subjectType === 'INTERACTION'),
    },
  );
  return (
    <div class="part">
      <Paged label={t.history.title} rows={rows} empty={t.history.none}>
        {(change) => (
          <Entry
            key={change.at + change.subjectId}
            change={change}
            mayWrite={can('MEMBER') && !readOnly}
            onWritten={() => rows.refresh()}
          />
        )}
      </Paged>
    </div>
  );
}

/** Who made a change. */
const actorOf = ({ actor, actorType }: Change): string =>
  actor ? (actor.name ?? actor.email) : actorType === 'USER' ? t.history.formerUser : t.history.actors[actorType];

/** Tells what the user can put right, or that it is done. */
function done(errors: readonly UserError[] | undefined, text: string, undo?: () => Promise<unknown>): void {
  const problem = messagesOf(errors ?? []);
  if (problem) toast(problem, { kind: 'failed' });
  else toast(text, undo && { undo });
}

/** Writes a value of a field of any record that has a history. */
async function write({ subjectType, subjectId: id }: Change, field: string, value: unknown) {
  const variables = { id, input: { [field]: value } };
  switch (subjectType) {
    case 'CONTACT':
      return (await mutate(PutBackContactDocument, variables)).updateContact?.userErrors;
    case 'COMPANY':
      return (await mutate(PutBackCompanyDocument, variables)).updateCompany?.userErrors;
    case 'MEMBERSHIP':
      return (await mutate(PutBackMembershipDocument, variables)).updateMembership?.userErrors;
    case 'INTERACTION':
      return (await mutate(PutBackInteractionDocument, variables)).updateInteraction?.userErrors;
  }
}

function Entry({ change, mayWrite, onWritten }: { change: Change; mayWrite: boolean; onWritten: () => void }) {
  const { type, subjectType, subject, batchId, fields, at } = change;
  // Of a membership that is gone, the change has the company's name.
  const gone = fields.find(({ field }) => field === 'company');
  const about = gone
    ? valueText('company', [gone.before ?? gone.after])
    : // The record may have fields that other answers have brought.
      subjectType === 'MEMBERSHIP'
      ? (subject as MembershipSubject | null)?.company.name
      : subjectType === 'INTERACTION' && (subject as InteractionSubject | null)?.subject;
  const kind = (t.history.subjects as Record<string, string>)[subjectType];
  // The heading says the company and the login; the first of a list is recorded by itself as well.
  const shown = fields.filter(
    ({ field }) =>
      !['company', 'position', 'user', 'mergedInto'].includes(field) &&
      !fields.some((other) => other.field === `${field}s`),
  );
  const putBack = async (field: string, before: unknown, after: unknown) => {
    try {
      done(await write(change, field, before), t.history.isBack, () => write(change, field, after));
      onWritten();
    } catch (error) {
      toastError(error);
    }
  };
  const mayUndo = mayWrite && (can('ADMIN') || (change.actor && change.actor.id === viewer.value?.user?.id));
  return (
    <li class="event">
      <Icon name={ICONS[type] ?? 'key'} />
      <div>
        <p class="event-head">
          <span class="strong">
            {kind && `${kind} · `}
            {t.history.types[type]}
          </span>
          {about && <bdi>{about}</bdi>}
          <span class="dim">
            <bdi>{actorOf(change)}</bdi> · <Time at={at} />
          </span>
          {batchId && mayUndo && (
            <Button kind="quiet" icon="restore" onClick={() => void undo(batchId, onWritten)}>
              {t.history.undoBatch}
            </Button>
          )}
        </p>
        {shown.length > 0 && (
          <dl class="changes">
            {shown.map(({ field, before, after }) => (
              <div key={field}>
                <dt>{fieldName(field)}</dt>
                <dd>
                  <Value as="del" text={valueText(field, before)} />
                  <span aria-hidden="true"> → </span>
                  <Value as="ins" text={valueText(field, after)} />
                  {mayWrite && type === 'UPDATED' && subject && isWritable(field, before) && (
                    <Button
                      kind="quiet"
                      icon="restore"
                      label={`${t.history.putBack}: ${fieldName(field)}`}
                      onClick={() => void putBack(field, before, after)}
                    />
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}

function Value({ as: Tag, text }: { as: 'del' | 'ins'; text: string }) {
  return (
    <Tag class="text" dir="auto">
      {text || t.parts.nothing}
    </Tag>
  );
}

/** Takes back all that a batch has written, to whatever records. */
async function undo(id: string, onWritten: () => void): Promise<void> {
  try {
    const { node } = await request(HistoryBatchDocument, { id });
    const count = node && 'changeCount' in node ? node.changeCount : 0;
    const text = t.history.undoBatchText(count);
    if (!(await confirm({ title: t.history.undoBatch, text, action: t.app.undo, danger: true }))) return;
    const { undoBatch } = await mutate(HistoryUndoBatchDocument, { id });
    done(undoBatch?.userErrors, t.app.undone);
    onWritten();
  } catch (error) {
    toastError(error);
  }
}
