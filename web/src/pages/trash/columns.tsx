import type { TrashedCompanyFragment, TrashedContactFragment } from '#graphql';
import { to } from '../../app/router';
import { Avatar } from '../../kit/avatar';
import { Badge } from '../../kit/states';
import type { Column } from '../../kit/row';
import { Time } from '../../kit/time';
import { t } from '../../strings';

export type Trashed = TrashedCompanyFragment & Partial<Pick<TrashedContactFragment, 'mergedInto'>>;

/** Who moved it to the trash, where history says so. */
function actorOf({ lastChange }: Trashed): string {
  const [change] = lastChange.nodes;
  if (!change || !['TRASHED', 'MERGED'].includes(change.type)) return '';
  const { actor, actorType } = change;
  return actor?.name ?? actor?.email ?? (actorType === 'USER' ? t.history.formerUser : t.history.actors[actorType]);
}

export const columns = (): Column<Trashed>[] => [
  {
    key: 'name',
    label: t.fields.name,
    width: '2fr',
    cell: ({ id, name }) => (
      <>
        <Avatar id={id} name={name} />
        <bdi class="strong">{name}</bdi>
      </>
    ),
  },
  {
    key: 'when',
    label: t.trash.when,
    // As wide as its longest text, which is not to be cut in a narrow window.
    width: '7.5rem',
    cell: ({ trashedAt }) => <span class="dim">{trashedAt && <Time at={trashedAt} />}</span>,
  },
  { key: 'by', label: t.trash.by, width: '1.2fr', wide: true, cell: (row) => <bdi>{actorOf(row)}</bdi> },
  {
    key: 'merged',
    label: t.trash.reason,
    width: '1.5fr',
    wide: true,
    cell: ({ mergedInto }) =>
      mergedInto && (
        <>
          <Badge>{t.trash.mergedInto}</Badge>
          <a class="above" href={to(`/contacts/${mergedInto.id}`)}>
            <bdi>{mergedInto.name}</bdi>
          </a>
        </>
      ),
  },
];
