import { to } from '../../app/router';
import type { ContactRowFragment } from '#graphql';
import { Avatar } from '../../kit/avatar';
import { Badge } from '../../kit/states';
import type { Column } from '../../kit/table';
import { Time } from '../../kit/time';
import { t } from '../../strings';

type Row = ContactRowFragment;

/** The columns that a list of contacts can have. */
export const columns = (): Column<Row>[] => [
  {
    key: 'name',
    label: t.contacts.name,
    width: '2.4fr',
    order: 'NAME',
    cell: ({ id, name, status }) => (
      <>
        <Avatar id={id} name={name} />
        <bdi class="strong">{name}</bdi>
        {status === 'INACTIVE' && <Badge>{t.contacts.inactive}</Badge>}
      </>
    ),
  },
  {
    key: 'company',
    label: t.contacts.company,
    width: '2fr',
    wide: true,
    cell: ({ primaryMembership: membership }) =>
      membership && (
        <span class="two">
          <bdi>{membership.company.name}</bdi>
          {membership.role && <bdi class="dim">{membership.role}</bdi>}
        </span>
      ),
  },
  {
    key: 'email',
    label: t.contacts.email,
    width: '2fr',
    order: 'EMAIL',
    cell: ({ email }) => email && <bdi>{email}</bdi>,
  },
  {
    key: 'phone',
    label: t.contacts.phone,
    width: '1.2fr',
    wide: true,
    cell: ({ phone }) => phone && <bdi dir="ltr">{phone}</bdi>,
  },
  {
    key: 'updated',
    label: t.contacts.updated,
    width: '1fr',
    wide: true,
    order: 'UPDATED_AT',
    cell: ({ updatedAt }) => (
      <span class="dim">
        <Time at={updatedAt} />
      </span>
    ),
  },
];

/** Where a contact's page is. */
export const hrefOf = ({ id }: { id: string }) => to(`/contacts/${id}`);
