import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { guard } from '../../app/router';
import { byField } from '../../api/errors';
import { UpdateContactDocument, type ContactDetailFragment } from '#graphql';
import { Button } from '../../kit/button';
import { confirm, toast, toastError } from '../../kit/overlays';
import { useShortcut } from '../../kit/shortcuts';
import { Notice } from '../../kit/states';
import { changedIn, choose, draftOf, rebase, type Draft } from '../../parts/draft';
import { Marked } from '../../parts/marked';
import { fieldName } from '../../parts/value';
import { mutate } from '../../store/query';
import { t } from '../../strings';
import { isDate } from './birthday';
import { Fields } from './fields';
import { inputOf, tidy, valuesOf, type FieldName, type Values } from './values';
import { must } from './write';

const discard = () => confirm({ ...t.parts.discard, danger: true });

interface Written {
  draft: Draft<Values>;
  /** The version that was written. */
  version?: number | undefined;
  errors?: Record<string, string>;
}

/** Writes a draft; what others have written to other fields meanwhile is no hindrance. */
async function write(id: string, draft: Draft<Values>): Promise<Written> {
  const input = inputOf(draft.mine, changedIn(draft));
  const { updateContact: written } = await mutate(UpdateContactDocument, { id, input, expectedVersion: draft.version });
  if (!written || written.userErrors.length === 0) return { draft, version: written?.contact?.detailVersion };
  if (written.current && written.userErrors.some(({ code }) => code === 'STALE_VERSION')) {
    const next = rebase(draft, valuesOf(written.current), written.current.detailVersion);
    return Object.keys(next.theirs).length > 0 ? { draft: next, errors: {} } : write(id, next);
  }
  return { draft, errors: byField(written.userErrors) };
}

interface FormProps {
  contact: ContactDetailFragment;
  /** The field that gets the focus. */
  first: FieldName;
  onClose: () => void;
}

/** Every field of a contact in its place. Changes of others mark their fields, and never replace what is written here. */
export function ContactForm({ contact, first, onClose }: FormProps) {
  const [draft, setDraft] = useState(() => draftOf(valuesOf(contact), contact.detailVersion));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changed = changedIn(draft);
  const isChanged = changed.length > 0;
  const open = Object.keys(draft.theirs).length;

  // Only an answer with all fields counts: the feed's has fewer.
  const { detailVersion } = contact;
  useEffect(() => {
    if (detailVersion > draft.version && !isBusy) setDraft(rebase(draft, valuesOf(contact), detailVersion));
  }, [detailVersion, draft, contact, isBusy]);
  useEffect(
    () => form.current?.querySelector<HTMLElement>(`[data-field=${first}] :is(input,textarea)`)?.focus(),
    [first],
  );
  useEffect(() => (isChanged ? guard(discard) : undefined), [isChanged]);
  useEffect(() => {
    const wrong = form.current?.querySelector<HTMLElement>('.conflict button, [aria-invalid]');
    wrong?.focus();
  }, [errors]);

  const cancel = async () => {
    if (!isChanged || (await discard())) onClose();
  };
  const save = async () => {
    if (isBusy) return;
    if (!isChanged) return onClose();
    if (open > 0) return setErrors({});
    const { birthday } = draft.mine;
    if (birthday && !isDate(birthday)) return setErrors({ birthday: t.contact.noDate });
    setBusy(true);
    try {
      const done = await write(contact.id, { ...draft, mine: tidy(draft.mine) });
      setDraft(done.draft);
      if (done.errors) setErrors(done.errors);
      else {
        onClose();
        const undo = async () => {
          const input = inputOf(done.draft.base, changedIn(done.draft));
          // What others write after it is not taken back with it.
          const before = { id: contact.id, input, expectedVersion: done.version ?? null };
          return must((await mutate(UpdateContactDocument, before)).updateContact);
        };
        toast(t.parts.saved, { undo });
      }
    } catch (error) {
      if (error instanceof SyntaxError) setErrors({ metadata: t.contact.noJson });
      else toastError(error);
    }
    setBusy(false);
  };
  useShortcut('mod+Enter', t.app.save, () => void save());
  useShortcut('Escape', t.app.cancel, () => void cancel());

  const set = (fields: Partial<Values>) => setDraft({ ...draft, mine: { ...draft.mine, ...fields } });
  const mark = (field: FieldName, children: ComponentChildren) => (
    <Marked key={field} field={field} draft={draft} onChoose={(whose) => setDraft(choose(draft, field, whose))}>
      {children}
    </Marked>
  );
  return (
    <form
      ref={form}
      class="contact-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {errors[''] && <Notice kind="bad">{errors['']}</Notice>}
      {open > 0 && <Notice kind="warn">{t.parts.conflicts(open)}</Notice>}
      <Fields values={draft.mine} base={draft.base} errors={errors} set={set} mark={mark} />
      <div class="form-end">
        <span class="dim">{isChanged && t.contact.changed(changed.map(fieldName))}</span>
        <Button onClick={() => void cancel()} keys="Esc">
          {t.app.cancel}
        </Button>
        <Button type="submit" kind="primary" keys="Ctrl+Enter" busy={isBusy}>
          {t.app.save}
        </Button>
      </div>
    </form>
  );
}
