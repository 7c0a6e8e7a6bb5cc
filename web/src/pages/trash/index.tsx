import '../../parts/lines.css';
import { useMemo } from 'preact/hooks';
import { to } from '../../app/router';
import type { PageProps } from '../../app/routes';
import { request, type Document } from '../../api/client';
import {
  TrashCountsDocument,
  TrashedCompaniesDocument,
  TrashedContactsDocument,
  type TrashedContactsQueryVariables as Variables,
} from '#graphql';
import { Page } from '../../kit/page';
import { useShortcut } from '../../kit/shortcuts';
import { Selection } from '../../kit/selection';
import { EmptyState, Failed, Loading } from '../../kit/states';
import { Table } from '../../kit/table';
import { Filters } from '../../parts/filters';
import { useQuery } from '../../store/query';
import { allIds, type Connection } from '../../store/list';
import { useList } from '../../store/use-list';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { Actions } from './actions';
import { columns, type Trashed } from './columns';

/** What was moved to the trash: it comes back, or goes for good. */
export default function Trash({ query }: PageProps) {
  const kind = query.get('tab') === 'companies' ? 'companies' : 'contacts';
  const isContacts = kind === 'contacts';
  const live = {
    live: ({ subjectType, type }: { subjectType: string; type: string }) =>
      type !== 'UPDATED' && /^CO/.test(subjectType),
  };
  const { data, refetch } = useQuery(TrashCountsDocument, {}, live);
  const document: Document<object, Variables> = isContacts ? TrashedContactsDocument : TrashedCompaniesDocument;
  const search = query.get('search') ?? '';
  const connection = (answer: object) => (answer as Record<string, Connection<Trashed>>)[kind] as Connection<Trashed>;
  const rows = useList(document, { search }, connection, live);
  // What was selected of the one kind, or of what a search finds, is not of the other.
  const selection = useMemo(
    () => new Selection(),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another list, another selection
    [kind, search],
  );
  const count = selection.sizeOf(rows.count);
  const ids = async () => {
    if (!selection.isWhole) return selection.all;
    const all = await allIds(async (page) => connection(await request(document, { ...page, search })));
    return all.filter((id) => selection.has(id));
  };
  const shown = useMemo(columns, []);
  useShortcut(count > 0 && 'Escape', t.trash.clear, () => selection.clear(), { group: 'list' });
  const counts = { contacts: data?.contactStatusCounts.trashed, companies: data?.companyStatusCounts.trashed };
  const onChanged = () => {
    selection.clear();
    rows.refresh();
    void refetch();
  };
  return (
    <Page
      fill
      title={t.trash.title}
      detail={count > 0 && t.table.selected(count)}
      actions={can('MEMBER') && <Actions {...{ selection, isContacts, count, ids, onChanged }} />}
    >
      <nav class="tabs tabs-fill" aria-label={t.trash.title}>
        {(['contacts', 'companies'] as const).map((name) => (
          <a
            key={name}
            href={to('/trash', { tab: name === 'contacts' ? '' : name })}
            aria-current={name === kind ? 'page' : undefined}
          >
            {t[name].title}
            <span class="count">{number(counts[name] ?? 0)}</span>
          </a>
        ))}
      </nav>
      <Filters query={query} search={t.trash.search} />
      {rows.error ? (
        <Failed error={rows.error} onRetry={() => rows.refresh()} />
      ) : rows.isEmptyYet ? (
        <Loading />
      ) : rows.count === 0 ? (
        <EmptyState
          icon="trash"
          title={query.get('search') ? t.companies.noneFound : t.trash.empty}
          text={t.trash.emptyText}
        />
      ) : (
        <Table
          key={kind}
          label={t.trash.title}
          columns={shown}
          rows={rows}
          href={({ id }) => to(`/${kind}/${id}`)}
          {...(can('MEMBER') && { selection })}
        />
      )}
    </Page>
  );
}
