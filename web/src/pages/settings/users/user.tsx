import { useState } from 'preact/hooks';
import { to } from '../../../app/router';
import {
  DeactivateUserDocument,
  DeleteUserDocument,
  EndSessionsDocument,
  ReactivateUserDocument,
  RenameUserDocument,
  SendLinkDocument,
  SetUserRoleDocument,
  UserCardDocument,
  type UserRowFragment,
} from '#graphql';
import { Button } from '../../../kit/button';
import { Dialog } from '../../../kit/dialog';
import { Select, TextField } from '../../../kit/fields';
import { confirm, toast } from '../../../kit/overlays';
import { useShortcut } from '../../../kit/shortcuts';
import { EmptyState, Failed, Loading } from '../../../kit/states';
import { Time } from '../../../kit/time';
import { attempt } from '../../../parts/submit';
import { useQuery } from '../../../store/query';
import { can } from '../../../store/viewer';
import { t } from '../../../strings';
import { roleOptions, UserState } from '.';

interface CardProps {
  id: string;
  onClose: () => void;
  /** Called when the list may have other rows. */
  onChanged: () => void;
}

/** A user, above the list: who it is, and what admins can do with the account. */
export function UserCard({ id, ...props }: CardProps) {
  const { data, error, refetch } = useQuery(UserCardDocument, { id });
  const user = data?.user;
  if (user) return <Known key={id} user={user} {...props} />;
  return (
    <Dialog title={t.settings.user} onClose={props.onClose}>
      {error ? (
        <Failed error={error} onRetry={refetch} />
      ) : data ? (
        <EmptyState icon="search" title={t.app.notFound} />
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}

function Known({ user, onClose, onChanged }: Omit<CardProps, 'id'> & { user: UserRowFragment }) {
  const { id, email, contact, lastSeenAt, createdAt } = user;
  const [name, setName] = useState(user.name ?? '');
  const [role, setRole] = useState(user.role);
  const userId = id;
  const save = async () => {
    const before = { name: user.name ?? '', role: user.role };
    if (name !== before.name && !(await attempt(RenameUserDocument, { userId, name }))) return;
    if (role !== before.role && !(await attempt(SetUserRoleDocument, { userId, role }))) return;
    const undo = async () => {
      if (name !== before.name) await attempt(RenameUserDocument, { userId, name: before.name });
      if (role !== before.role) await attempt(SetUserRoleDocument, { userId, role: before.role });
    };
    onClose();
    toast(t.parts.saved, { undo });
  };
  useShortcut(can('ADMIN') && 'mod+Enter', t.app.save, save);
  return (
    <Dialog
      title={user.name ?? email}
      onClose={onClose}
      footer={
        can('ADMIN') && (
          <>
            <Button onClick={onClose}>{t.app.cancel}</Button>
            <Button kind="primary" disabled={name === (user.name ?? '') && role === user.role} onClick={save}>
              {t.app.save}
            </Button>
          </>
        )
      }
    >
      <dl class="facts">
        <dt>{t.fields.email}</dt>
        <dd>
          <bdi>{email}</bdi> <UserState {...user} />
        </dd>
        {!can('ADMIN') && (
          <>
            <dt>{t.fields.role}</dt>
            <dd>{t.settings.roles[user.role]}</dd>
          </>
        )}
        {contact && (
          <>
            <dt>{t.settings.contact}</dt>
            <dd>
              <a href={to(`/contacts/${contact.id}`)}>
                <bdi>{contact.name}</bdi>
              </a>
            </dd>
          </>
        )}
        <dt>{t.settings.registered}</dt>
        <dd>
          <Time at={createdAt} />
        </dd>
        <dt>{t.settings.lastSeen}</dt>
        <dd>{lastSeenAt ? <Time at={lastSeenAt} /> : t.settings.never}</dd>
      </dl>
      {can('ADMIN') && (
        <>
          <TextField label={t.fields.name} value={name} onChange={setName} maxLength={255} />
          <Select
            label={t.fields.role}
            value={role}
            options={roleOptions()}
            onChange={setRole}
            hint={t.settings.roleHints[role]}
          />
          <AccountActions user={user} onClose={onClose} onChanged={onChanged} />
        </>
      )}
    </Dialog>
  );
}

function AccountActions({ user, onClose, onChanged }: Omit<CardProps, 'id'> & { user: UserRowFragment }) {
  const { id: userId, email, deactivatedAt } = user;
  const reactivate = () => attempt(ReactivateUserDocument, { userId });
  const sendLink = async () => {
    if (await attempt(SendLinkDocument, { email })) toast(t.settings.linkSent(email));
  };
  const endSessions = async () => {
    const { endSessions: title, endSessionsText: text } = t.settings;
    if (!(await confirm({ title, text, action: title }))) return;
    if (await attempt(EndSessionsDocument, { userId })) toast(t.settings.sessionsEnded);
  };
  const deactivate = async () => {
    const { deactivate: action, deactivateText: text } = t.settings;
    if (!(await confirm({ title: `${action}: ${email}`, text, action, danger: true }))) return;
    if (await attempt(DeactivateUserDocument, { userId })) toast(t.settings.deactivatedDone, { undo: reactivate });
  };
  const remove = async () => {
    const title = t.settings.deleteUser(email);
    if (!(await confirm({ title, text: t.settings.deleteUserText, action: t.app.delete, danger: true }))) return;
    if (!(await attempt(DeleteUserDocument, { userId }))) return;
    toast(t.settings.userDeleted);
    onClose();
    onChanged();
  };
  return (
    <div class="actions">
      {deactivatedAt ? (
        <Button icon="restore" onClick={reactivate}>
          {t.settings.reactivate}
        </Button>
      ) : (
        <>
          <Button icon="mail" onClick={sendLink}>
            {t.settings.sendLink}
          </Button>
          <Button icon="out" onClick={endSessions}>
            {t.settings.endSessions}
          </Button>
          <Button kind="danger" onClick={deactivate}>
            {t.settings.deactivate}
          </Button>
        </>
      )}
      <Button kind="danger" icon="trash" onClick={remove}>
        {t.app.delete}
      </Button>
    </div>
  );
}
