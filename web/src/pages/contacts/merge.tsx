import { useEffect, useState } from 'preact/hooks';
import { ContactsToMergeDocument, MergeContactsDocument, type MergeContactsMutation } from '#graphql';
import { request } from '../../api/client';
import { accepted } from '../../api/errors';
import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';
import { explain, toast } from '../../kit/overlays';
import { Loading, Notice } from '../../kit/states';
import { undoBatch } from '../../parts/batch';
import { mutate, useQuery } from '../../store/query';
import { t } from '../../strings';

type Preview = NonNullable<MergeContactsMutation['mergeContacts']>;

const textOf = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

/** Makes several contacts one: shows what stays and what is discarded before it is done. */
export function Merge({ ids, onClose, onDone }: { ids: string[]; onClose: () => void; onDone: () => void }) {
  const [survivorId, setSurvivor] = useState(ids[0] ?? '');
  const [preview, setPreview] = useState<Preview>();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const { data } = useQuery(ContactsToMergeDocument, { ids });
  const contacts = data?.contactsByIds ?? [];
  const absorbedIds = ids.filter((id) => id !== survivorId);
  const fail = (error: unknown) => setProblem(explain(error));
  useEffect(() => {
    const asked = new AbortController();
    setPreview(undefined);
    setProblem('');
    request(MergeContactsDocument, { survivorId, absorbedIds, dryRun: true }, asked.signal).then(
      ({ mergeContacts }) => {
        if (!mergeContacts) return;
        setPreview(mergeContacts);
        setProblem(mergeContacts.userErrors.map(({ message }) => message).join(' '));
      },
      (error: unknown) => asked.signal.aborted || fail(error),
    );
    return () => asked.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the others follow from it
  }, [survivorId]);
  const merge = async () => {
    setBusy(true);
    try {
      const expectedVersions = contacts.map(({ id, version }) => ({ id, version }));
      const { mergeContacts } = await mutate(MergeContactsDocument, {
        survivorId,
        absorbedIds,
        dryRun: false,
        expectedVersions,
      });
      const { batch } = accepted(mergeContacts);
      onDone();
      onClose();
      toast(t.contactList.merged(ids.length), batch ? { undo: () => undoBatch(batch.id) } : {});
    } catch (error) {
      fail(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t.contactList.mergeTitle(ids.length)}
      kind="wide"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t.app.cancel}</Button>
          <Button kind="primary" busy={busy} disabled={!preview || problem !== ''} onClick={merge}>
            {t.contactList.merge}
          </Button>
        </>
      }
    >
      {problem && <Notice kind="bad">{problem}</Notice>}
      <fieldset class="survivors">
        <legend>{t.contactList.survivor}</legend>
        {contacts.map(({ id, name, email, phone, primaryMembership }) => (
          <label key={id}>
            <input type="radio" name="survivor" checked={id === survivorId} onChange={() => setSurvivor(id)} />
            <span class="two">
              <bdi>{name}</bdi>
              <bdi class="dim">{[email, phone, primaryMembership?.company.name].filter(Boolean).join(' · ')}</bdi>
            </span>
          </label>
        ))}
      </fieldset>
      {preview ? (
        <>
          <p>{t.contactList.moved(preview.movedInteractionCount, preview.movedMembershipCount)}</p>
          <h3>{t.contactList.discarded}</h3>
          {preview.conflicts.length === 0 && <p class="dim">{t.contactList.nothingDiscarded}</p>}
          <dl class="discarded">
            {preview.conflicts.map(({ field, chosen, discarded }) => (
              <div key={field}>
                <dt>{(t.duplicates.fields as Record<string, string>)[field] ?? field}</dt>
                <dd>
                  <bdi>{textOf(chosen)}</bdi>
                  {discarded.map((value) => (
                    <del key={textOf(value)}>
                      <bdi>{textOf(value)}</bdi>
                    </del>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </>
      ) : (
        !problem && <Loading />
      )}
    </Dialog>
  );
}
