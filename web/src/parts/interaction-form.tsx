import { useState } from 'preact/hooks';
import { byField } from '../api/errors';
import {
  EditInteractionDocument,
  LogInteractionDocument,
  type InteractionInput,
  type InteractionItemFragment,
  type InteractionType,
} from '#graphql';
import { Button } from '../kit/button';
import { Dialog } from '../kit/dialog';
import { Select, TextArea, TextField } from '../kit/fields';
import { confirm, toast, toastError } from '../kit/overlays';
import { Notice } from '../kit/states';
import { useShortcut } from '../kit/shortcuts';
import { mutate } from '../store/query';
import { t } from '../strings';
import { Chips } from './chips';
import { ContactPicker } from './pickers';
import type { Subject } from './subject';

type Item = InteractionItemFragment;

/** What a field of type `datetime-local` has: the time on the reader's clock. */
const local = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

const valuesOf = (item: Item | undefined) => ({
  type: item?.type ?? 'NOTE',
  when: local(item ? new Date(item.occurredAt) : new Date()),
  subject: item?.subject ?? '',
  body: item?.body ?? '',
  parties: (item?.parties ?? []).map(({ name, contact }) => ({ name, id: contact?.id ?? '' })),
});

interface FormProps {
  subject: Subject;
  /** The interaction to change; a new one without it. */
  item: Item | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** Logs an interaction, or changes one. */
export function InteractionForm({ subject, item, onClose, onSaved }: FormProps) {
  const [base, setBase] = useState(item);
  const [before] = useState(() => valuesOf(item));
  const [values, setValues] = useState(before);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [other, setOther] = useState<Item>();
  const [isBusy, setBusy] = useState(false);
  const set = (fields: Partial<typeof values>) => setValues({ ...values, ...fields });
  const isChanged = JSON.stringify(values) !== JSON.stringify(before);
  const close = async () => {
    if (!isChanged || (await confirm({ ...t.parts.discard, danger: true }))) onClose();
  };
  const write = async (input: InteractionInput) => {
    if (base) {
      const variables = { id: base.id, input, expectedVersion: base.version };
      return (await mutate(EditInteractionDocument, variables)).updateInteraction;
    }
    const on = subject.type === 'CONTACT' ? { contactId: subject.id } : { companyId: subject.id };
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return (await mutate(LogInteractionDocument, { ...on, input: { ...input, timeZone } })).createInteraction;
  };
  const save = async () => {
    if (isBusy) return;
    setBusy(true);
    const { type, when, subject, body, parties } = values;
    try {
      const written = await write({
        type,
        subject: subject || null,
        body: body || null,
        parties: parties.map(({ id, name }) => ({ name, contactId: id || null })),
        // The seconds that the field does not have stay.
        ...(when && (when !== before.when || !item) && { occurredAt: new Date(when).toISOString() }),
      });
      const current = written && 'current' in written ? (written.current as Item | null) : null;
      if (current) {
        setOther(current);
        setBase(current);
      } else if (written?.userErrors.length) {
        setErrors(byField(written.userErrors));
      } else {
        toast(item ? t.parts.saved : t.interactions.logged);
        onSaved();
        onClose();
      }
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  useShortcut('mod+Enter', t.app.save, () => void save());
  const types = Object.entries(t.interactions.types) as [InteractionType, string][];
  return (
    <Dialog
      title={item ? t.interactions.edit : t.interactions.log}
      onClose={() => void close()}
      footer={
        <>
          <Button onClick={() => void close()}>{t.app.cancel}</Button>
          <Button kind="primary" keys="Ctrl+Enter" busy={isBusy} onClick={() => void save()}>
            {t.app.save}
          </Button>
        </>
      }
    >
      {errors[''] && <Notice kind="bad">{errors['']}</Notice>}
      {other && (
        <Notice kind="warn">
          {t.parts.changedSince}
          <p class="text" dir="auto">
            {[other.subject, other.body].filter(Boolean).join('\n')}
          </p>
        </Notice>
      )}
      <div class="pair">
        <Select
          label={t.fields.type}
          value={values.type}
          options={types.map(([value, label]) => ({ value, label }))}
          onChange={(type) => set({ type })}
        />
        <TextField
          label={t.fields.occurredAt}
          type="datetime-local"
          value={values.when}
          error={errors.occurredAt}
          onChange={(when) => set({ when })}
        />
      </div>
      <TextField
        label={t.fields.subject}
        value={values.subject}
        error={errors.subject}
        autofocus
        onChange={(subject) => set({ subject })}
      />
      <TextArea
        label={t.fields.body}
        rows={6}
        value={values.body}
        error={errors.body}
        onChange={(body) => set({ body })}
      />
      <Chips
        label={t.fields.parties}
        names={values.parties.map(({ name }) => name)}
        onRemove={(at) => set({ parties: values.parties.filter((_, index) => index !== at) })}
      >
        <ContactPicker
          label={t.interactions.addParty}
          placeholder={t.interactions.addParty}
          bare
          error={errors.parties}
          exclude={values.parties.flatMap(({ id }) => id || [])}
          create={t.interactions.byName}
          onPick={({ id, name }) => set({ parties: [...values.parties, { id, name }] })}
        />
      </Chips>
    </Dialog>
  );
}
