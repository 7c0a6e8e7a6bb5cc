import { useEffect, useMemo } from 'preact/hooks';
import { setQuery } from '../../app/router';
import type { PageProps } from '../../app/routes';
import { ContactListDocument, type ContactOrderField } from '#graphql';
import { Button } from '../../kit/button';
import { announce } from '../../kit/overlays';
import { Page } from '../../kit/page';
import { EmptyState, Failed, Loading } from '../../kit/states';
import { Table } from '../../kit/table';
import { useList } from '../../store/use-list';
import { t } from '../../strings';
import { columns, hrefOf } from './columns';

const ORDERS: ContactOrderField[] = ['NAME', 'EMAIL', 'UPDATED_AT', 'CREATED_AT', 'LAST_INTERACTION_AT'];

/** All contacts, of any number, as the address says: `#/contacts?search=ada&order=EMAIL&descending=1`. */
export default function Contacts({ query }: PageProps) {
  const search = query.get('search') ?? '';
  const field = ORDERS.find((order) => order === query.get('order')) ?? 'NAME';
  const descending = query.has('descending');
  const variables = { search, orderBy: [{ field, direction: descending ? ('DESC' as const) : ('ASC' as const) }] };
  const rows = useList(ContactListDocument, variables, ({ contacts }) => contacts, {
    live: ({ subjectType }) => subjectType === 'CONTACT' || subjectType === 'MEMBERSHIP',
  });
  const shown = useMemo(columns, []);
  const count = rows.count;
  const isLoaded = !rows.isEmptyYet;
  useEffect(() => {
    if (search && isLoaded) announce(t.contacts.count(count));
  }, [search, isLoaded, count]);

  const onOrder = (by: string) => setQuery({ order: by, descending: by === field && !descending ? '1' : undefined });
  return (
    <Page title={t.contacts.title} detail={isLoaded && t.contacts.count(count)} fill>
      {rows.error ? (
        <Failed error={rows.error} onRetry={() => rows.refresh()} />
      ) : !isLoaded ? (
        <Loading />
      ) : count === 0 ? (
        <NobodyHere search={search} />
      ) : (
        <Table
          label={t.contacts.title}
          columns={shown}
          rows={rows}
          href={hrefOf}
          order={{ by: field, descending, onChange: onOrder }}
        />
      )}
    </Page>
  );
}

function NobodyHere({ search }: { search: string }) {
  if (search.trim()) {
    return (
      <EmptyState icon="search" title={t.contacts.noneFound(search)} text={t.contacts.noneFoundText}>
        <Button onClick={() => setQuery({ search: '' })}>{t.contacts.clearSearch}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="people" title={t.contacts.empty} text={t.contacts.emptyText}>
      <code>liaison demo</code>
    </EmptyState>
  );
}
