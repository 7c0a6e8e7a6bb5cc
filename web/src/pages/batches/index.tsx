import '../../parts/lines.css';
import { useMemo } from 'preact/hooks';
import { setQuery, to } from '../../app/router';
import type { PageProps } from '../../app/routes';
import { BatchListDocument, type BatchRowFragment } from '#graphql';
import { Page } from '../../kit/page';
import { EmptyState, Failed, Loading } from '../../kit/states';
import type { Column } from '../../kit/row';
import { Table } from '../../kit/table';
import { Time } from '../../kit/time';
import { recordOf } from '../../store/cache';
import { useList } from '../../store/use-list';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { BatchCard } from './batch';
import { actorOf, State } from './state';

/** What was written to many records at once, and can be taken back at once. */
export default function Batches({ query }: PageProps) {
  const rows = useList(BatchListDocument, {}, ({ batches }) => batches, {
    // A batch that is known tells by itself how far it is.
    live: ({ batchId }) => Boolean(batchId && !recordOf(batchId)),
  });
  const shown = useMemo(columns, []);
  const batch = query.get('batch');
  return (
    <Page fill title={t.batches.title}>
      {rows.error ? (
        <Failed error={rows.error} onRetry={() => rows.refresh()} />
      ) : rows.isEmptyYet ? (
        <Loading />
      ) : rows.count === 0 ? (
        <EmptyState icon="stack" title={t.batches.empty} text={t.batches.emptyText} />
      ) : (
        <Table label={t.batches.title} columns={shown} rows={rows} href={({ id }) => to('/batches', { batch: id })} />
      )}
      {batch && <BatchCard id={batch} onClose={() => setQuery({ batch: undefined })} />}
    </Page>
  );
}

const columns = (): Column<BatchRowFragment>[] => [
  {
    key: 'kind',
    label: t.batches.kind,
    width: '2fr',
    cell: ({ kind, importJob }) => (
      <span class="two">
        <span class="strong">{t.batches.kinds[kind]}</span>
        {importJob?.fileName && <bdi class="dim">{importJob.fileName}</bdi>}
      </span>
    ),
  },
  { key: 'state', label: t.batches.state, width: '1.5fr', cell: (batch) => <State batch={batch} /> },
  {
    key: 'changes',
    label: t.batches.changes,
    width: '0.8fr',
    wide: true,
    cell: ({ changeCount }) => number(changeCount),
  },
  { key: 'by', label: t.trash.by, width: '1.3fr', wide: true, cell: (batch) => <bdi>{actorOf(batch)}</bdi> },
  {
    key: 'when',
    label: t.trash.when,
    width: '1fr',
    cell: ({ createdAt }) => (
      <span class="dim">
        <Time at={createdAt} />
      </span>
    ),
  },
];
