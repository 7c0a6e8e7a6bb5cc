import type { PageProps } from '../../app/routes';
import { go, setQuery, to } from '../../app/router';
import { Button, ButtonLink } from '../../kit/button';
import { Select } from '../../kit/fields';
import { Page } from '../../kit/page';
import { EmptyState, Failed, Loading, Progress } from '../../kit/states';
import type { Column } from '../../kit/row';
import { Table } from '../../kit/table';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { list } from '../../strings/format';
import { Certainty } from './certainty';
import { Comparison } from './comparison';
import './duplicates.css';
import { evidence, useGroups, type Group } from './groups';
import { mergeAll, merging } from './merge-all';
import { Review } from './review';

/** Contacts that are likely one person: as a list, one group at a time, or those of `?ids=a,b`. */
export default function Duplicates({ query }: PageProps) {
  const ids = query.get('ids');
  return ids ? <Given ids={ids.split(',')} /> : <Found query={query} />;
}

function Given({ ids }: { ids: string[] }) {
  return (
    <Page title={t.duplicates.title} back={{ href: to('/duplicates'), label: t.duplicates.title }}>
      <Comparison ids={ids} onDone={(survivor) => go(`/contacts/${survivor}`)} />
    </Page>
  );
}

function Found({ query }: { query: URLSearchParams }) {
  const certainty = query.get('certainty') === 'CERTAIN' ? ('CERTAIN' as const) : null;
  const rows = useGroups(certainty);
  const group = query.get('group');
  if (group && rows.count > 0) return <Review rows={rows} group={group} />;
  const hrefOf = ({ id }: Group) => to('/duplicates', { certainty: certainty ?? undefined, group: id });
  const first = rows.row(0);
  return (
    <Page
      title={t.duplicates.title}
      detail={!rows.isEmptyYet && t.duplicates.count(rows.count)}
      fill
      actions={
        <>
          <Select
            bare
            label={t.duplicates.show}
            value={certainty ?? ''}
            options={[
              { value: '', label: t.duplicates.all },
              { value: 'CERTAIN', label: t.duplicates.certain },
            ]}
            onChange={(value) => setQuery({ certainty: value })}
          />
          {can('ADMIN') && rows.count > 0 && (
            <Button icon="merge" busy={merging.value !== undefined} onClick={() => void mergeAll()}>
              {t.duplicates.mergeAll}
            </Button>
          )}
          {first && (
            <ButtonLink kind="primary" href={hrefOf(first)}>
              {t.duplicates.review}
            </ButtonLink>
          )}
        </>
      }
    >
      {merging.value && <Progress value={0} label={t.duplicates.mergingAll} />}
      {rows.error ? (
        <Failed error={rows.error} onRetry={() => rows.refresh()} />
      ) : rows.isEmptyYet ? (
        <Loading />
      ) : rows.count === 0 ? (
        <EmptyState icon="check" title={t.duplicates.none} text={t.duplicates.noneText} />
      ) : (
        <Table label={t.duplicates.title} columns={columns()} rows={rows} href={hrefOf} />
      )}
    </Page>
  );
}

const columns = (): Column<Group>[] => [
  {
    key: 'people',
    label: t.duplicates.people,
    width: '3fr',
    cell: ({ contacts }) => <bdi class="strong">{list(contacts.map(({ name }) => name))}</bdi>,
  },
  {
    key: 'score',
    label: t.duplicates.score,
    width: '10rem',
    cell: ({ certainty, pairs }) => <Certainty certainty={certainty} score={evidence(pairs).score} />,
  },
  {
    key: 'reasons',
    label: t.duplicates.reasonsTitle,
    width: '2fr',
    wide: true,
    cell: ({ pairs }) => (
      <span class="dim">{list(evidence(pairs).reasons.map((reason) => t.duplicates.reasons[reason]))}</span>
    ),
  },
];
