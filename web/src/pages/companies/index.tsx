import '../../parts/lines.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { go, setQuery, to } from '../../app/router';
import type { PageProps } from '../../app/routes';
import {
  CompanyListDocument,
  TrashCompanyDocument,
  type CompanyFilter,
  type CompanyOrderField,
  type CompanyRowFragment,
} from '#graphql';
import { Avatar } from '../../kit/avatar';
import { Button } from '../../kit/button';
import { announce, toast } from '../../kit/overlays';
import { Page } from '../../kit/page';
import { useShortcut } from '../../kit/shortcuts';
import { Badge, EmptyState, Failed, Loading } from '../../kit/states';
import type { Column } from '../../kit/row';
import { Table } from '../../kit/table';
import { Time } from '../../kit/time';
import { CompanyForm } from '../../parts/company-form';
import { Filters } from '../../parts/filters';
import { attempt } from '../../parts/submit';
import { useList } from '../../store/use-list';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { number } from '../../strings/format';

const ORDERS: CompanyOrderField[] = ['NAME', 'UPDATED_AT', 'CREATED_AT'];

/** The filter that the address names. */
function filterOf(query: URLSearchParams): CompanyFilter {
  const status = query.get('status');
  const people = query.get('people');
  return {
    ...(status && { status: { eq: status === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE' } }),
    ...(people && { withoutContacts: people === 'none' }),
  };
}

/** All companies, as the address says: `#/companies?search=acme&status=INACTIVE&order=UPDATED_AT`. */
export default function Companies({ query }: PageProps) {
  const [isAdding, setAdding] = useState(false);
  const search = query.get('search') ?? '';
  const field = ORDERS.find((order) => order === query.get('order')) ?? 'NAME';
  const descending = query.has('descending');
  const direction = descending ? ('DESC' as const) : ('ASC' as const);
  const rows = useList(
    CompanyListDocument,
    { search, filter: filterOf(query), orderBy: [{ field, direction }] },
    ({ companies }) => companies,
    { live: ({ subjectType }) => subjectType === 'COMPANY' || subjectType === 'MEMBERSHIP' },
  );
  const shown = useMemo(columns, []);
  const add = () => setAdding(true);
  useShortcut(can('MEMBER') && 'c', t.companies.add, add);
  const count = rows.count;
  const isLoaded = !rows.isEmptyYet;
  useEffect(() => {
    if (search && isLoaded) announce(t.companies.count(count));
  }, [search, isLoaded, count]);
  const adding = can('MEMBER') && (
    <Button icon="add" kind="primary" keys="c" onClick={add}>
      {t.companies.add}
    </Button>
  );
  const isFiltered = ['search', 'status', 'people'].some((name) => query.get(name));
  const clear = () => setQuery({ search: '', status: '', people: '' });
  return (
    <Page fill title={t.companies.title} detail={isLoaded && t.companies.count(count)} actions={adding}>
      <Filters
        query={query}
        search={t.companies.search}
        selects={[
          {
            name: 'status',
            label: t.fields.status,
            all: t.companies.allStatuses,
            options: (['ACTIVE', 'INACTIVE'] as const).map((value) => ({ value, label: t.statuses[value] })),
          },
          {
            name: 'people',
            label: t.companies.people,
            all: t.companies.withOrWithout,
            options: [
              { value: 'some', label: t.companies.withPeople },
              { value: 'none', label: t.companies.withoutPeople },
            ],
          },
        ]}
      />
      {rows.error ? (
        <Failed error={rows.error} onRetry={() => rows.refresh()} />
      ) : !isLoaded ? (
        <Loading />
      ) : count === 0 ? (
        <EmptyState icon="building" title={isFiltered ? t.companies.noneFound : t.companies.empty}>
          {isFiltered ? <Button onClick={clear}>{t.companies.showAll}</Button> : adding}
        </EmptyState>
      ) : (
        <Table
          label={t.companies.title}
          columns={shown}
          rows={rows}
          href={({ id }) => to(`/companies/${id}`)}
          order={{
            by: field,
            descending,
            onChange: (by) => setQuery({ order: by, descending: by === field && !descending ? '1' : undefined }),
          }}
        />
      )}
      {isAdding && <CompanyForm onClose={() => setAdding(false)} onSaved={added} />}
    </Page>
  );
}

/** Opens a new company, and tells how to take it back. */
function added({ id, name }: { id: string; name: string }): void {
  const undo = () => {
    go('/companies');
    return attempt(TrashCompanyDocument, { id });
  };
  toast(t.contactList.added(name), { undo });
  go(`/companies/${id}`);
}

const columns = (): Column<CompanyRowFragment>[] => [
  {
    key: 'name',
    label: t.fields.name,
    width: '2.4fr',
    order: 'NAME',
    cell: ({ id, name, status }) => (
      <>
        <Avatar id={id} name={name} />
        <bdi class="strong">{name}</bdi>
        {status === 'INACTIVE' && <Badge>{t.statuses.INACTIVE}</Badge>}
      </>
    ),
  },
  {
    key: 'people',
    label: t.companies.people,
    width: '0.6fr',
    cell: ({ people }) => number(people.totalCount),
  },
  {
    key: 'industry',
    label: t.fields.industry,
    width: '1.5fr',
    wide: true,
    cell: ({ industry }) => industry && <bdi>{industry}</bdi>,
  },
  {
    key: 'email',
    label: t.fields.email,
    width: '1.8fr',
    wide: true,
    cell: ({ email }) => email && <bdi>{email}</bdi>,
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
];
