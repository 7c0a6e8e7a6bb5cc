import { useState } from 'preact/hooks';
import { RestoreContactsDocument, TagContactsDocument, TrashContactsDocument, type RecordStatus } from '#graphql';
import type { Document } from '../../api/client';
import { messageOf } from '../../api/errors';
import { to } from '../../app/router';
import { Button, ButtonLink } from '../../kit/button';
import { Dialog } from '../../kit/dialog';
import { Menu } from '../../kit/menu';
import { confirm, toast, toastError } from '../../kit/overlays';
import type { Selection } from '../../kit/selection';
import { useShortcut } from '../../kit/shortcuts';
import { Progress } from '../../kit/states';
import { undoAll } from '../../parts/batch';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { number } from '../../strings/format';
import type { Address } from './address';
import { BULK_MAX, download, idsOf, inBatches, MOVED_SIZE, TAGGED_SIZE, type Outcome, type Payload } from './bulk';
import { TagPicker } from './filters';

/** Number of contacts above which an action is confirmed, although it can be taken back. */
const MANY = 100;

/** Most contacts of one merge. */
const MERGED_MAX = 50;

const ANY: RecordStatus[] = ['ACTIVE', 'INACTIVE', 'TRASHED'];

interface Props {
  selection: Selection;
  address: Address;
  /** Number of contacts that the address finds. */
  count: number;
}

interface Work {
  label: string;
  done: number;
  total: number;
  stop: AbortController;
}

/** What can be done with the selected contacts. */
export function Selected({ selection, address, count }: Props) {
  const [work, setWork] = useState<Work>();
  const [dialog, setDialog] = useState<'addTag' | 'removeTag'>();
  const { isWhole } = selection;
  const size = selection.sizeOf(count);
  useShortcut(size > 0 && 'Escape', t.contactList.clear, () => selection.clear(), { group: 'list' });
  if (work) {
    const { label, done, total, stop } = work;
    return (
      <div class="selected" role="status">
        <Progress value={done} total={total} label={`${label}: ${number(done)} / ${number(total)}`} />
        <Button onClick={() => stop.abort()}>{t.contactList.stop}</Button>
      </div>
    );
  }
  if (size === 0) return null;

  const run = async <Result extends { payload?: Payload | null }, Variables>(
    action: { label: string; done: (count: number) => string },
    document: Document<Result, Variables>,
    perRequest: number,
    variables: (ids: string[]) => Variables,
  ) => {
    const text = t.contactList.many(size);
    if (size > MANY && !(await confirm({ title: action.label, text, action: action.label }))) return;
    const stop = new AbortController();
    const outcome: Outcome = { batches: [], errors: [] };
    const tell = (done: number, total = size) => setWork({ label: action.label, done, total, stop });
    let ids: string[] = [];
    try {
      tell(0);
      ids = isWhole ? (await idsOf(address, stop.signal)).filter((id) => selection.has(id)) : selection.all;
      await inBatches(document, ids, perRequest, variables, { signal: stop.signal, tell, outcome });
    } catch (error) {
      if (!stop.signal.aborted) toastError(error);
    }
    setWork(undefined);
    const { batches, errors } = outcome;
    const [refusal] = errors;
    const refused = refusal ? ` ${t.contactList.refused(errors.length)} ${messageOf(refusal)}` : '';
    if (batches.length > 0) {
      selection.clear();
      toast(action.done(ids.length - errors.length) + refused, { undo: () => undoAll(batches) });
    } else if (refused) toast(refused, { kind: 'failed' });
    else if (ids.length > 0 && !stop.signal.aborted) toast(t.contactList.unchanged);
  };
  const tag = (tag: string, isAdded: boolean) => {
    setDialog(undefined);
    const action = isAdded ? t.contactList.addTag : t.contactList.removeTag;
    void run(action, TagContactsDocument, TAGGED_SIZE, (ids) => ({
      // Those in the trash are found when the filter names a status.
      filter: { id: { in: ids }, status: { in: ANY } },
      count: ids.length,
      [isAdded ? 'add' : 'remove']: [tag],
    }));
  };
  const isInTrash =
    address.includeTrashed || address.filters.some(([name, value]) => name === 'status' && value === 'TRASHED');
  // Of a whole list the ids of all are asked for.
  const isTooMany = (isWhole ? count : size) > BULK_MAX;
  const canWrite = can('MEMBER') && !isTooMany;
  const exported = isWhole ? address.filter : { id: { in: selection.all } };
  // The export has no search, and a filter has at most 500 values.
  const canExport = isWhole ? selection.isAll && !address.search : size <= TAGGED_SIZE;
  return (
    <div class="selected" role="toolbar" aria-label={t.table.selected(size)}>
      <strong>{t.table.selected(size)}</strong>
      {size < count && (
        <Button kind="quiet" onClick={() => selection.selectAll()}>
          {t.contactList.selectAll(count)}
        </Button>
      )}
      <Button kind="quiet" icon="close" label={t.contactList.clear} onClick={() => selection.clear()} />
      {isTooMany && <span class="dim">{t.contactList.tooMany(BULK_MAX)}</span>}
      <span class="page-actions">
        {canWrite && (
          <>
            <Menu
              label={t.fields.tags}
              icon="tag"
              labelled
              items={[
                { label: t.contactList.addTag.label, onSelect: () => setDialog('addTag') },
                { label: t.contactList.removeTag.label, onSelect: () => setDialog('removeTag') },
              ]}
            />
            {!isWhole && size > 1 && size <= MERGED_MAX && (
              <ButtonLink kind="quiet" icon="merge" href={to('/duplicates', { ids: selection.all.join() })}>
                {t.duplicates.merge}
              </ButtonLink>
            )}
            {isInTrash && (
              <Button
                kind="quiet"
                icon="restore"
                onClick={() => run(t.contactList.restore, RestoreContactsDocument, MOVED_SIZE, (ids) => ({ ids }))}
              >
                {t.contactList.restore.label}
              </Button>
            )}
            <Button
              kind="quiet"
              icon="trash"
              onClick={() => run(t.contactList.trash, TrashContactsDocument, MOVED_SIZE, (ids) => ({ ids }))}
            >
              {t.contactList.trash.label}
            </Button>
          </>
        )}
        {canExport && <Export filter={exported} includeTrashed={!isWhole || address.includeTrashed} />}
      </span>
      {dialog && (
        <Dialog title={t.contactList[dialog].label} onClose={() => setDialog(undefined)}>
          <TagPicker
            label={t.fields.tags}
            autofocus
            {...(dialog === 'addTag' && { create: t.contactList.newTag })}
            onPick={({ name }) => tag(name, dialog === 'addTag')}
          />
        </Dialog>
      )}
    </div>
  );
}

/** Saves contacts as a file. */
export function Export({ filter, includeTrashed }: { filter: object; includeTrashed: boolean }) {
  const formats = { csv: 'CSV', vcard4: 'vCard 4', vcard3: 'vCard 3', jscontact: 'JSContact' };
  return (
    <Menu
      label={t.contactList.export}
      icon="download"
      items={Object.entries(formats).map(([format, label]) => ({
        label,
        onSelect: () => download(format, filter, includeTrashed),
      }))}
    />
  );
}
