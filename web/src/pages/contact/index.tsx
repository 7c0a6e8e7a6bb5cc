import { useEffect, useRef, useState } from 'preact/hooks';
import { go, setQuery, to } from '../../app/router';
import type { PageProps } from '../../app/routes';
import {
  ContactPageDocument,
  DeleteContactDocument,
  RestoreContactDocument,
  TrashContactDocument,
  type ContactDetailFragment,
} from '#graphql';
import { Avatar } from '../../kit/avatar';
import { Button, ButtonLink } from '../../kit/button';
import { Menu } from '../../kit/menu';
import { confirm } from '../../kit/overlays';
import { Page } from '../../kit/page';
import { useShortcut } from '../../kit/shortcuts';
import { Badge, EmptyState, Failed, Loading, Notice } from '../../kit/states';
import { Tabs } from '../../kit/tabs';
import { History } from '../../parts/history';
import { InteractionTimeline } from '../../parts/interaction-timeline';
import { hrefOf } from '../../parts/subject';
import { mutate, useQuery } from '../../store/query';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import type { FieldName } from './values';
import { Duplicates } from './duplicates';
import { ContactForm } from './form';
import { Login } from './login';
import { Memberships } from './memberships';
import { call, mailTo } from './points';
import { Origin, Profile } from './profile';
import { act, must } from './write';
import './contact.css';

/** A contact: `#/contacts/ID?tab=history`. */
export default function ContactPage({ params: { id = '' }, query }: PageProps) {
  const { data, error, refetch } = useQuery(
    ContactPageDocument,
    { id },
    { live: ({ contactId, subjectId }) => contactId === id || subjectId === id },
  );
  const wasThere = useRef(false);
  if (data?.contact) wasThere.current = true;
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  if (data.contact)
    return <Contact contact={data.contact} tab={query.get('tab') === 'history' ? 'history' : 'timeline'} />;
  return (
    <Page title={t.contact.gone}>
      <EmptyState icon="person" title={wasThere.current ? t.contact.wasDeleted : t.contact.goneText}>
        <ButtonLink href={to('/contacts')}>{t.contacts.title}</ButtonLink>
      </EmptyState>
    </Page>
  );
}

type Contact = ContactDetailFragment;

const restore = async (id: string) => must((await mutate(RestoreContactDocument, { id })).restoreContact);
const trash = async (id: string) => must((await mutate(TrashContactDocument, { id })).trashContact);

async function deleteForGood({ id, name }: Contact): Promise<void> {
  const question = { title: t.contact.deleteTitle(name), text: t.contact.deleteText, action: t.app.delete };
  if (!(await confirm({ ...question, danger: true }))) return;
  const write = async () => must((await mutate(DeleteContactDocument, { id })).deleteContact);
  if (await act(write, t.contact.wasDeleted)) go('/contacts');
}

function Contact({ contact, tab }: { contact: Contact; tab: 'timeline' | 'history' }) {
  const { id, name, status, email, phone, primaryMembership: membership, mergedInto } = contact;
  const [editing, setEditing] = useState<FieldName>();
  const isTrashed = status === 'TRASHED';
  const mayWrite = can('MEMBER') && !isTrashed;
  const mayEdit = mayWrite && !editing;
  useShortcut(mayEdit && 'e', t.app.edit, () => setEditing('name'));
  useEffect(() => {
    if (isTrashed) setEditing(undefined);
  }, [isTrashed]);
  const bring = () =>
    void act(
      () => restore(id),
      t.contact.restored,
      () => trash(id),
    );
  const discard = () =>
    void act(
      () => trash(id),
      t.parts.trashed,
      () => restore(id),
    );
  return (
    <Page
      title={name}
      lead={<Avatar id={id} name={name} large />}
      back={{ href: to('/contacts'), label: t.contacts.title }}
      detail={
        <>
          {membership && (
            <span class="text">
              {membership.role && <bdi>{membership.role} · </bdi>}
              <a href={hrefOf(membership.company.id, 'COMPANY')}>
                <bdi>{membership.company.name}</bdi>
              </a>
            </span>
          )}{' '}
          {status !== 'ACTIVE' && <Badge kind={isTrashed ? 'bad' : 'plain'}>{t.statuses[status]}</Badge>}
        </>
      }
      actions={
        !editing && (
          <>
            {email && <ButtonLink icon="mail" label={t.contact.write} href={mailTo(email)} />}
            {phone && <ButtonLink icon="phone" label={t.contact.call} href={call(phone)} />}
            {mayEdit && (
              <Button icon="edit" keys="e" onClick={() => setEditing('name')}>
                {t.app.edit}
              </Button>
            )}
            <Menu
              label={t.parts.more}
              items={[
                { label: t.contact.print, icon: 'note', onSelect: () => print() },
                mayWrite && { label: t.parts.trash, icon: 'trash', onSelect: discard },
                can('ADMIN') && {
                  label: t.app.delete,
                  icon: 'trash',
                  danger: true,
                  onSelect: () => void deleteForGood(contact),
                },
              ]}
            />
          </>
        )
      }
    >
      {mergedInto ? (
        <Notice kind="warn">
          {t.contact.mergedInto}{' '}
          <a href={hrefOf(mergedInto.id, 'CONTACT')}>
            <bdi>{mergedInto.name}</bdi>
          </a>
        </Notice>
      ) : (
        isTrashed && (
          <Notice kind="warn">
            {t.contact.inTrash} {can('MEMBER') && <Button onClick={bring}>{t.parts.restore}</Button>}
          </Notice>
        )
      )}
      {editing ? (
        <ContactForm contact={contact} first={editing} onClose={() => setEditing(undefined)} />
      ) : (
        <div class="contact">
          <div class="contact-side">
            <Profile contact={contact} onEdit={mayEdit ? setEditing : undefined} />
            <Memberships contact={contact} mayWrite={mayWrite} />
            <Login contact={contact} mayWrite={mayWrite} />
            <Origin contact={contact} />
          </div>
          <div class="contact-main">
            {!isTrashed && <Duplicates id={id} mayWrite={mayWrite} />}
            <div class="card">
              <Tabs
                label={name}
                tabs={[
                  { name: 'timeline', label: t.interactions.title },
                  { name: 'history', label: t.history.title },
                ]}
                current={tab}
                onChange={(next) => setQuery({ tab: next === 'history' ? next : undefined })}
              >
                {tab === 'history' ? (
                  <History subject={{ type: 'CONTACT', id }} readOnly={isTrashed} />
                ) : (
                  <InteractionTimeline subject={{ type: 'CONTACT', id }} readOnly={isTrashed} />
                )}
              </Tabs>
            </div>
          </div>
        </div>
      )}
    </Page>
  );
}
