import { useState } from 'preact/hooks';
import { byField } from '../api/errors';
import {
  CreateCompanyDocument,
  UpdateCompanyDocument,
  type CompanyCardFragment,
  type CompanyInput,
  type LiveStatus,
} from '#graphql';
import { Button } from '../kit/button';
import { Select, TextArea, TextField } from '../kit/fields';
import { confirm, explain } from '../kit/overlays';
import { mutate } from '../store/query';
import { t } from '../strings';
import { Chips } from './chips';
import { FormDialog } from './form';
import { Picker } from './picker';
import { changed, rebase } from './rebase';
import { valueText } from './value';

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
  // What the form began with, or what somebody else has stored since.
  const [base, setBase] = useState(company);
  const [values, setValues] = useState(() => valuesOf(company));
  const [conflicts, setConflicts] = useState<(keyof Values)[]>([]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const before = valuesOf(base);
  const set = (fields: Partial<Values>) => setValues({ ...values, ...fields });

  const write = async (input: CompanyInput) => {
    if (!base) return (await mutate(CreateCompanyDocument, { input })).createCompany;
    return (await mutate(UpdateCompanyDocument, { id: base.id, input, expectedVersion: base.version })).updateCompany;
  };
  const save = async () => {
    if (busy) return;
    const input = changed(before, values);
    if (base && Object.keys(input).length === 0) return onClose();
    setBusy(true);
    try {
      const written = await write(inputOf(input));
      const isStale = written?.userErrors.some(({ code }) => code === 'STALE_VERSION');
      if (written?.company) onSaved(written.company, inputOf(changed(values, before)));
      else if (isStale && written?.current) {
        const rebased = rebase(before, values, valuesOf(written.current));
        setBase(written.current);
        setValues(rebased.values);
        setConflicts(rebased.conflicts);
        setErrors({ '': rebased.conflicts.length > 0 ? t.companies.conflict : t.companies.changedSince });
      } else setErrors(byField(written?.userErrors ?? []));
    } catch (error) {
      setErrors({ '': explain(error) });
    }
    setBusy(false);
  };
  const close = async () => {
    const isTouched = Object.keys(changed(before, values)).length > 0;
    if (!isTouched || (await confirm({ ...t.parts.discard, danger: true }))) onClose();
  };
  const other = (field: keyof Values) =>
    conflicts.includes(field) && (
      <div class="line" key={`${field}-other`}>
        <span class="field-error">
          {t.companies.nowStored} <bdi>{valueText(field, before[field]) || t.parts.nothing}</bdi>
        </span>
        <Button
          onClick={() => {
            set({ [field]: before[field] });
            setConflicts(conflicts.filter((one) => one !== field));
          }}
        >
          {t.companies.takeTheirs}
        </Button>
      </div>
    );
  const field = (name: (typeof TEXTS)[number]) => {
    const props = {
      label: t.fields[name],
      value: values[name],
      error: errors[name],
      onChange: (value: string) => set({ [name]: value }),
    };
    return (
      <div key={name}>
        {name === 'notes' || name === 'address' ? (
          <TextArea {...props} rows={name === 'notes' ? 5 : 3} />
        ) : (
          <TextField
            {...props}
            type={name in TYPES ? TYPES[name as keyof typeof TYPES] : 'text'}
            autofocus={name === 'name'}
          />
        )}
        {other(name)}
      </div>
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
      {field('name')}
      <div class="pair">
        {TEXTS.slice(1, 6).map(field)}
        <div>
          <Select
            label={t.fields.status}
            value={values.status}
            options={(['ACTIVE', 'INACTIVE'] as const).map((value) => ({ value, label: t.statuses[value] }))}
            onChange={(status) => set({ status })}
          />
          {other('status')}
        </div>
      </div>
      {field('address')}
      <div>
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
        </Chips>
        {other('tags')}
      </div>
      {field('notes')}
    </FormDialog>
  );
}
