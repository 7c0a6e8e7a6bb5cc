import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { byField } from '../api/errors';
import {
  CreateCompanyDocument,
  UpdateCompanyDocument,
  type CompanyCardFragment,
  type CompanyInput,
  type LiveStatus,
} from '#graphql';
import { Select, TextArea, TextField } from '../kit/fields';
import { confirm, explain } from '../kit/overlays';
import { Notice } from '../kit/states';
import { mutate } from '../store/query';
import { t } from '../strings';
import { Chips } from './chips';
import { changedIn, choose, draftOf, picked, rebase } from './draft';
import { FormDialog } from './form';
import { Marked } from './marked';
import { Picker } from './picker';

type Card = CompanyCardFragment;

const TEXTS = ['name', 'industry', 'email', 'phone', 'website', 'externalId', 'address', 'notes'] as const;
const TYPES = { email: 'email', phone: 'tel', website: 'url' } as const;
type Values = Record<(typeof TEXTS)[number], string> & { status: LiveStatus; tags: readonly string[] };

const valuesOf = (card?: Partial<Card>): Values => ({
  ...(Object.fromEntries(TEXTS.map((field) => [field, card?.[field] ?? ''])) as Record<(typeof TEXTS)[number], string>),
  status: card?.status === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE',
  tags: card?.tags ?? [],
});

/** An input, in which empty texts clear their fields. */
const inputOf = (values: Partial<Values>): CompanyInput =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [field, value === '' ? null : value]));

interface FormProps {
  /** The company to change; a new one without it. */
  company?: Card;
  onClose: () => void;
  /** Called with the input that takes it back. */
  onSaved: (company: Card, before: CompanyInput) => void;
}

/** Adds a company, or changes one. What somebody else has written meanwhile is shown field by field. */
export function CompanyForm({ company, onClose, onSaved }: FormProps) {
  const [draft, setDraft] = useState(() => draftOf(valuesOf(company), company?.version));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const values = draft.mine;
  const changed = changedIn(draft);
  const open = Object.keys(draft.theirs).length;
  const set = (fields: Partial<Values>) => setDraft({ ...draft, mine: { ...values, ...fields } });

  const write = async ({ version, mine, base }: typeof draft): Promise<void> => {
    const input = inputOf(picked(mine, changed));
    const written = company
      ? (await mutate(UpdateCompanyDocument, { id: company.id, input, expectedVersion: version })).updateCompany
      : (await mutate(CreateCompanyDocument, { input })).createCompany;
    if (written?.company) return onSaved(written.company, inputOf(picked(base, changed)));
    const current = written && 'current' in written ? written.current : undefined;
    if (!current) return setErrors(byField(written?.userErrors ?? []));
    const next = rebase(draft, valuesOf(current), current.version);
    setDraft(next);
    if (Object.keys(next.theirs).length === 0) await write(next);
  };
  const save = async () => {
    if (busy || open > 0) return;
    if (company && changed.length === 0) return onClose();
    setBusy(true);
    try {
      await write(draft);
    } catch (error) {
      setErrors({ '': explain(error) });
    }
    setBusy(false);
  };
  const close = async () => {
    if (changed.length === 0 || (await confirm({ ...t.parts.discard, danger: true }))) onClose();
  };
  const mark = (field: keyof Values, children: ComponentChildren) => (
    <Marked key={field} field={field} draft={draft} onChoose={(whose) => setDraft(choose(draft, field, whose))}>
      {children}
    </Marked>
  );
  const field = (name: (typeof TEXTS)[number]) => {
    const props = {
      label: t.fields[name],
      value: values[name],
      error: errors[name],
      onChange: (value: string) => set({ [name]: value }),
    };
    return mark(
      name,
      name === 'notes' || name === 'address' ? (
        <TextArea {...props} rows={name === 'notes' ? 5 : 3} />
      ) : (
        <TextField
          {...props}
          type={name in TYPES ? TYPES[name as keyof typeof TYPES] : 'text'}
          autofocus={name === 'name'}
        />
      ),
    );
  };
  return (
    <FormDialog
      wide
      title={company ? t.companies.edit : t.companies.add}
      action={company ? t.app.save : t.companies.add}
      onSubmit={save}
      onClose={() => void close()}
      busy={busy}
      problem={errors['']}
    >
      {open > 0 && <Notice kind="warn">{t.parts.conflicts(open)}</Notice>}
      {field('name')}
      <div class="pair">
        {TEXTS.slice(1, 6).map(field)}
        {mark(
          'status',
          <Select
            label={t.fields.status}
            value={values.status}
            options={(['ACTIVE', 'INACTIVE'] as const).map((value) => ({ value, label: t.statuses[value] }))}
            onChange={(status) => set({ status })}
          />,
        )}
      </div>
      {field('address')}
      {mark(
        'tags',
        <Chips
          label={t.fields.tags}
          names={[...values.tags]}
          onRemove={(at) => set({ tags: values.tags.filter((_, index) => index !== at) })}
        >
          <Picker
            bare
            free
            label={t.companies.addTag}
            placeholder={t.companies.addTag}
            error={errors.tags}
            find={() => Promise.resolve([])}
            create={(text) => text}
            onPick={({ name }) => set({ tags: [...new Set([...values.tags, name])] })}
          />
        </Chips>,
      )}
      {field('notes')}
    </FormDialog>
  );
}
