import { useState } from 'preact/hooks';
import {
  DeleteCompanyDocument,
  DeleteTrashedContactDocument,
  RestoreCompanyDocument,
  RestoreTrashedContactsDocument,
  TrashCompanyDocument,
} from '#graphql';
import { accepted, messageOf, type UserError } from '../../api/errors';
import { Button } from '../../kit/button';
import { confirm, explain, toast } from '../../kit/overlays';
import type { Selection } from '../../kit/selection';
import { useShortcut } from '../../kit/shortcuts';
import { Progress } from '../../kit/states';
import { undoAll } from '../../parts/batch';
import { mutate } from '../../store/query';
import { can } from '../../store/viewer';
import { t } from '../../strings';

interface ActionsProps {
  selection: Selection;
  isContacts: boolean;
  /** Number of selected records. */
  count: number;
  /** Finds them. */
  ids: () => Promise<string[]>;
  onChanged: () => void;
}

/** Most ids of one call. */
const IDS_MAX = 1000;

type Payload = { userErrors: readonly UserError[] } | null | undefined;

/** What can be done with the selected records. What the API does one by one shows how far it is. */
export function Actions({ selection, isContacts, count, ids: idsOf, onChanged }: ActionsProps) {
  const [done, setDone] = useState(0);
  const [total, setTotal] = useState(0);

  /** Does the same with each; returns those with which it worked, and tells of the first that it did not. */
  const each = async (ids: string[], act: (id: string) => Promise<Payload>): Promise<string[]> => {
    const good: string[] = [];
    let problem = '';
    setTotal(ids.length);
    for (const [at, id] of ids.entries()) {
      setDone(at);
      try {
        accepted(await act(id));
        good.push(id);
      } catch (error) {
        problem ||= explain(error);
      }
    }
    setTotal(0);
    if (problem) toast(t.trash.refused(ids.length - good.length, problem), { kind: 'failed' });
    return good;
  };
  const restoreContacts = async (ids: string[]) => {
    const batches: string[] = [];
    let [restored, problems] = [0, [] as UserError[]];
    for (let at = 0; at < ids.length && problems.length === 0; at += IDS_MAX) {
      const { restoreContacts: payload } = await mutate(RestoreTrashedContactsDocument, {
        ids: ids.slice(at, at + IDS_MAX),
      });
      if (payload?.batch) batches.push(payload.batch.id);
      restored += payload?.contacts.length ?? 0;
      problems = [...(payload?.userErrors ?? [])];
    }
    const [problem] = problems;
    if (problem) toast(t.trash.refused(problems.length, messageOf(problem)), { kind: 'failed' });
    if (batches.length > 0) toast(t.trash.restored(restored), { undo: () => undoAll(batches).then(onChanged) });
  };
  const restoreCompanies = async (ids: string[]) => {
    const good = await each(ids, async (id) => (await mutate(RestoreCompanyDocument, { id })).restoreCompany);
    const undo = () =>
      each(good, async (id) => (await mutate(TrashCompanyDocument, { id })).trashCompany).then(onChanged);
    if (good.length > 0) toast(t.trash.restored(good.length), { undo });
  };
  const restore = async () => {
    try {
      const ids = await idsOf();
      await (isContacts ? restoreContacts(ids) : restoreCompanies(ids));
    } catch (error) {
      toast(explain(error), { kind: 'failed' });
    }
    onChanged();
  };
  const remove = async () => {
    const title = t.trash.deleteTitle(count);
    if (!(await confirm({ title, text: t.trash.deleteText, action: t.app.delete, danger: true }))) return;
    const ids = await idsOf().catch((error: unknown) => toast(explain(error), { kind: 'failed' }));
    if (!ids) return;
    const good = await each(ids, async (id) =>
      isContacts
        ? (await mutate(DeleteTrashedContactDocument, { id })).deleteContact
        : (await mutate(DeleteCompanyDocument, { id })).deleteCompany,
    );
    if (good.length === ids.length) toast(t.trash.deleted(good.length));
    onChanged();
  };
  useShortcut(count > 0 && 'r', t.parts.restore, restore, { group: 'list' });
  if (total > 0) return <Progress value={done} total={total} label={t.trash.progress(done, total)} />;
  if (count === 0) return null;
  return (
    <>
      <Button icon="restore" kind="primary" keys="r" onClick={restore}>
        {t.parts.restore}
      </Button>
      {can('ADMIN') && (
        <Button icon="trash" kind="danger" onClick={remove}>
          {t.app.delete}
        </Button>
      )}
      <Button kind="quiet" icon="close" label={t.trash.clear} keys="Escape" onClick={() => selection.clear()} />
    </>
  );
}
