import { useMemo, useState } from 'preact/hooks';
import { setQuery, to } from '../../../app/router';
import type { PageProps } from '../../../app/routes';
import { UserListDocument, type Role, type UserRowFragment } from '#graphql';
import { Avatar } from '../../../kit/avatar';
import { Button } from '../../../kit/button';
import { Page } from '../../../kit/page';
import { useShortcut } from '../../../kit/shortcuts';
import { Badge, EmptyState, Failed, Loading } from '../../../kit/states';
import type { Column } from '../../../kit/row';
import { Table } from '../../../kit/table';
import { Time } from '../../../kit/time';
import { Filters } from '../../../parts/filters';
import { useList } from '../../../store/use-list';
import { can } from '../../../store/viewer';
import { t } from '../../../strings';
import { Invite } from './invite';
import { UserCard } from './user';

export const ROLES: Role[] = ['ADMIN', 'MEMBER', 'VIEWER', 'CONTACT'];
export const roleOptions = () => ROLES.map((value) => ({ value, label: t.settings.roles[value] }));

/** Everybody who may sign in, and the placeholders of those who have not yet. */
export function Users({ query }: PageProps) {
  const [isInviting, setInviting] = useState(false);
  const role = ROLES.find((role) => role === query.get('role'));
  const kind = query.get('kind');
  const rows = useList(
    UserListDocument,
    {
      search: query.get('search') ?? '',
      roles: role ? [role] : null,
      isPlaceholder: kind ? kind === 'placeholder' : null,
    },
    ({ users }) => users,
    { live: ({ type }) => type.startsWith('USER_') },
  );
  const shown = useMemo(columns, []);
  useShortcut(can('ADMIN') && 'c', t.settings.invite, () => setInviting(true));
  const user = query.get('user');
  return (
    <Page
      fill
      title={t.settings.users}
      detail={!rows.isEmptyYet && t.settings.userCount(rows.count)}
      actions={
        can('ADMIN') && (
          <Button icon="add" kind="primary" keys="c" onClick={() => setInviting(true)}>
            {t.settings.invite}
          </Button>
        )
      }
    >
      <Filters
        query={query}
        search={t.settings.searchUsers}
        selects={[
          { name: 'role', label: t.fields.role, all: t.settings.allRoles, options: roleOptions() },
          {
            name: 'kind',
            label: t.settings.kind,
            all: t.settings.allUsers,
            options: [
              { value: 'account', label: t.settings.accounts },
              { value: 'placeholder', label: t.settings.placeholders },
            ],
          },
        ]}
      />
      {rows.error ? (
        <Failed error={rows.error} onRetry={() => rows.refresh()} />
      ) : rows.isEmptyYet ? (
        <Loading />
      ) : rows.count === 0 ? (
        <EmptyState icon="people" title={t.settings.noUsers} />
      ) : (
        <Table
          label={t.settings.users}
          columns={shown}
          rows={rows}
          href={({ id }) => to('/settings/users', { ...Object.fromEntries(query), user: id })}
        />
      )}
      {isInviting && (
        <Invite
          onClose={() => setInviting(false)}
          onDone={() => {
            setInviting(false);
            rows.refresh();
          }}
        />
      )}
      {user && <UserCard id={user} onClose={() => setQuery({ user: undefined })} onChanged={() => rows.refresh()} />}
    </Page>
  );
}

const columns = (): Column<UserRowFragment>[] => [
  {
    key: 'name',
    label: t.fields.name,
    width: '2.5fr',
    cell: ({ id, name, email }) => (
      <>
        <Avatar id={id} name={name ?? email} />
        <span class="two">
          <bdi class="strong">{name ?? email}</bdi>
          {name && <bdi class="dim">{email}</bdi>}
        </span>
      </>
    ),
  },
  { key: 'role', label: t.fields.role, width: '1fr', cell: ({ role }) => t.settings.roles[role] },
  { key: 'state', label: t.settings.state, width: '1fr', wide: true, cell: (user) => <UserState {...user} /> },
  {
    key: 'seen',
    label: t.settings.lastSeen,
    width: '1fr',
    wide: true,
    cell: ({ lastSeenAt }) => <span class="dim">{lastSeenAt ? <Time at={lastSeenAt} /> : t.settings.never}</span>,
  },
];

/** Whether somebody can sign in, in a word. */
export function UserState({ isPlaceholder, deactivatedAt }: Partial<UserRowFragment>) {
  if (deactivatedAt) return <Badge kind="bad">{t.settings.deactivated}</Badge>;
  if (isPlaceholder) return <Badge>{t.settings.placeholder}</Badge>;
  return <Badge kind="good">{t.settings.active}</Badge>;
}
