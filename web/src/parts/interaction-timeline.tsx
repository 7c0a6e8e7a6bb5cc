import { useState } from 'preact/hooks';
import { to } from '../app/router';
import { messagesOf } from '../api/errors';
import {
  CompanyTimelineDocument,
  ContactTimelineDocument,
  DeleteInteractionDocument,
  type ContactTimelineQuery,
  type InteractionItemFragment,
} from '#graphql';
import { Button } from '../kit/button';
import { Icon, type IconName } from '../kit/icon';
import { Menu } from '../kit/menu';
import { confirm, toast, toastError } from '../kit/overlays';
import { useShortcut } from '../kit/shortcuts';
import { Time } from '../kit/time';
import { mutate } from '../store/query';
import type { Connection } from '../store/list';
import { useList } from '../store/use-list';
import { can } from '../store/viewer';
import { t } from '../strings';
import { dateTime } from '../strings/format';
import { InteractionForm } from './interaction-form';
import { Paged } from './paged';
import { hrefOf, NO_ROWS, type Subject } from './subject';

type Item = InteractionItemFragment;

const ICONS: Record<Item['type'], IconName> = {
  CALL: 'phone',
  EMAIL: 'mail',
  MEETING: 'people',
  NOTE: 'note',
  OTHER: 'more',
};

/** The calls, mails, meetings and notes of a contact or company, newest first; `l` logs another one. */
export function InteractionTimeline({ subject, readOnly }: { subject: Subject; readOnly?: boolean }) {
  const isContact = subject.type === 'CONTACT';
  const rows = useList(
    isContact ? ContactTimelineDocument : CompanyTimelineDocument,
    { id: subject.id },
    ({ of }: ContactTimelineQuery): Connection<Item> => of?.interactions ?? NO_ROWS,
    // One that was logged elsewhere may have the contact as a party.
    { live: ({ subjectType }) => subjectType === 'INTERACTION' },
  );
  const [edited, setEdited] = useState<Item | 'NEW'>();
  const mayWrite = can('MEMBER') && !readOnly;
  const log = () => setEdited('NEW');
  useShortcut(mayWrite && 'l', t.interactions.log, log);
  return (
    <div class="part">
      {mayWrite && (
        <Button icon="add" keys="l" onClick={log}>
          {t.interactions.log}
        </Button>
      )}
      <Paged label={t.interactions.title} rows={rows} empty={t.interactions.none}>
        {(item) => (
          <Entry
            key={item.id}
            item={item}
            subject={subject}
            onEdit={mayWrite ? () => setEdited(item) : undefined}
            onDeleted={() => rows.refresh()}
          />
        )}
      </Paged>
      {edited && (
        <InteractionForm
          subject={subject}
          item={edited === 'NEW' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={() => rows.refresh()}
        />
      )}
    </div>
  );
}

interface EntryProps {
  item: Item;
  subject: Subject;
  onEdit: (() => void) | undefined;
  onDeleted: () => void;
}

function Entry({ item, subject, onEdit, onDeleted }: EntryProps) {
  const { id, type, owner, body, parties, occurredAt } = item;
  const remove = async () => {
    const text = t.interactions.deleteText;
    if (!(await confirm({ title: t.interactions.deleteTitle, text, action: t.app.delete, danger: true }))) return;
    try {
      const { deleteInteraction } = await mutate(DeleteInteractionDocument, { id });
      toast(messagesOf(deleteInteraction?.userErrors ?? []) || t.parts.deleted);
      onDeleted();
    } catch (error) {
      toastError(error);
    }
  };
  const on = [item.contact, item.company].find((record) => record && record.id !== subject.id);
  const others = parties.filter(({ contact }) => contact?.id !== subject.id && contact?.id !== on?.id);
  return (
    <li class="event">
      <Icon name={ICONS[type]} />
      <div>
        <p class="event-head">
          <bdi class="strong">{item.subject ?? t.interactions.types[type]}</bdi>
          <span class="dim">
            {item.subject && `${t.interactions.types[type]} · `}
            <span title={item.timeZone ?? undefined}>{dateTime(occurredAt)}</span> · <Time at={occurredAt} />
            {owner && (
              <>
                {' · '}
                <bdi>{owner.name ?? owner.email}</bdi>
              </>
            )}
          </span>
        </p>
        {body && (
          <p class="text" dir="auto">
            {body}
          </p>
        )}
        {(on || others.length > 0) && (
          <ul class="chips">
            {on && (
              <li>
                <a class="badge" href={hrefOf(on.id, item.company ? 'COMPANY' : 'CONTACT')}>
                  <bdi>{on.name}</bdi>
                </a>
              </li>
            )}
            {others.map(({ name, contact }, index) => (
              // Two parties may have one name.
              <li key={index}>
                {contact ? (
                  <a class="badge" href={to(`/contacts/${contact.id}`)}>
                    <bdi>{name}</bdi>
                  </a>
                ) : (
                  <bdi class="badge">{name}</bdi>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
      {onEdit && (
        <Menu
          label={t.parts.more}
          items={[
            { label: t.app.edit, icon: 'edit', onSelect: onEdit },
            can('ADMIN') && { label: t.app.delete, icon: 'trash', danger: true, onSelect: () => void remove() },
          ]}
        />
      )}
    </li>
  );
}
