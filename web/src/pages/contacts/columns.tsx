import { to } from '../../app/router';
import { Avatar } from '../../kit/avatar';
import { Badge } from '../../kit/states';
import type { Column } from '../../kit/row';
import { Time } from '../../kit/time';
import { t } from '../../strings';
import { birthday, date } from '../../strings/format';
import type { Row } from './list';

/** The columns that a list of contacts can have. */
export const columns = (): Column<Row>[] => [
  {
    key: 'name',
    label: t.fields.name,
    width: '2.4fr',
    order: 'NAME',
    cell: ({ id, name, status, email, phone, primaryMembership }) => (
      <>
        <Avatar id={id} name={name} />
        <span class="two">
          <bdi class="strong">{name}</bdi>
          <bdi class="dim second-line">
            {[primaryMembership?.company.name, email ?? phone].filter(Boolean).join(' · ')}
          </bdi>
        </span>
        {status !== 'ACTIVE' && <Badge>{t.statuses[status]}</Badge>}
      </>
    ),
  },
  {
    key: 'company',
    label: t.fields.company,
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
    label: t.fields.email,
    width: '2fr',
    order: 'EMAIL',
    cell: ({ email }) => email && <bdi>{email}</bdi>,
  },
  {
    key: 'phone',
    label: t.fields.phone,
    width: '1.2fr',
    wide: true,
    cell: ({ phone }) => phone && <bdi dir="ltr">{phone}</bdi>,
  },
  {
    key: 'updated',
    label: t.fields.updated,
    width: '1fr',
    wide: true,
    order: 'UPDATED_AT',
    cell: ({ updatedAt }) => (
      <span class="dim">
        <Time at={updatedAt} />
      </span>
    ),
  },
  {
    key: 'lastInteraction',
    label: t.contacts.lastInteraction,
    width: '1fr',
    wide: true,
    order: 'LAST_INTERACTION_AT',
    cell: ({ lastInteractionAt: at }) =>
      at && (
        <span class="dim">
          <Time at={at} />
        </span>
      ),
  },
  {
    key: 'tags',
    label: t.fields.tags,
    width: '1.5fr',
    wide: true,
    cell: ({ tags }) =>
      tags.slice(0, 3).map((tag) => (
        <Badge key={tag}>
          <bdi>{tag}</bdi>
        </Badge>
      )),
  },
  {
    key: 'city',
    label: t.fields.locality,
    width: '1fr',
    wide: true,
    cell: ({ addresses }) => <bdi>{addresses?.[0]?.locality}</bdi>,
  },
  {
    key: 'birthday',
    label: t.fields.birthday,
    width: '1fr',
    wide: true,
    cell: ({ birthday: day }) => day && <span class="dim">{birthday(day)}</span>,
  },
  {
    key: 'created',
    label: t.fields.created,
    width: '1fr',
    wide: true,
    order: 'CREATED_AT',
    cell: ({ createdAt }) => createdAt && <span class="dim">{date(createdAt)}</span>,
  },
  {
    key: 'status',
    label: t.fields.status,
    width: '0.8fr',
    wide: true,
    cell: ({ status }) => <span class="dim">{t.statuses[status]}</span>,
  },
  {
    key: 'externalId',
    label: t.fields.externalId,
    width: '1fr',
    wide: true,
    cell: ({ externalId }) => <bdi class="dim">{externalId}</bdi>,
  },
];

/** Where a contact's page is. */
export const hrefOf = ({ id }: { id: string }) => to(`/contacts/${id}`);
