import type { ComponentChildren } from 'preact';
import { request } from '../../api/client';
import { SuggestTagsDocument } from '#graphql';
import { ListField, Select, TextArea, TextField } from '../../kit/fields';
import { Chips } from '../../parts/chips';
import { Picker } from '../../parts/picker';
import { fieldName } from '../../parts/value';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { Birthday } from './birthday';
import { PARTS, type Address, type FieldName, type Point, type Values } from './values';

interface FieldsProps {
  values: Values;
  base: Values;
  errors: Record<string, string>;
  set: (fields: Partial<Values>) => void;
  /** Puts what others have changed below a field. */
  mark: (field: FieldName, children: ComponentChildren) => ComponentChildren;
}

const blankPoint = (): Point => ({ value: '', label: '' });
const blankAddress = (): Address => ({ street: '', postalCode: '', locality: '', region: '', country: '', label: '' });

const TYPES = { emails: 'email', phones: 'tel', links: 'url' } as const;

/** All fields of a contact that somebody may write. */
export function Fields({ values, base, errors, set, mark }: FieldsProps) {
  const text = (field: 'name' | 'externalId') =>
    mark(
      field,
      <TextField
        label={fieldName(field)}
        value={values[field]}
        error={errors[field]}
        onChange={(value) => set({ [field]: value })}
      />,
    );
  const area = (field: 'notes' | 'metadata', rows: number) =>
    mark(
      field,
      <TextArea
        label={fieldName(field)}
        rows={rows}
        value={values[field]}
        error={errors[field]}
        onChange={(value) => set({ [field]: value })}
      />,
    );
  const points = (field: keyof typeof TYPES, add: string) =>
    mark(
      field,
      <ListField
        label={fieldName(field)}
        items={values[field]}
        onChange={(items) => set({ [field]: items })}
        blank={blankPoint}
        add={add}
      >
        {(point, change, index) => (
          <>
            <TextField
              bare
              label={`${fieldName(field)} ${number(index + 1)}`}
              type={TYPES[field]}
              value={point.value}
              error={errors[`${field}.${index}.value`] ?? errors[`${field}.${index}`]}
              onChange={(value) => change({ ...point, value })}
            />
            <TextField
              bare
              label={`${t.fields.label} ${number(index + 1)}`}
              placeholder={t.fields.label}
              value={point.label}
              error={errors[`${field}.${index}.label`]}
              onChange={(label) => change({ ...point, label })}
            />
          </>
        )}
      </ListField>,
    );
  return (
    <>
      <section class="card fields">
        {text('name')}
        {points('emails', t.contact.addEmail)}
        {points('phones', t.contact.addPhone)}
        {points('links', t.contact.addLink)}
        {mark('addresses', <Addresses values={values} errors={errors} set={set} />)}
      </section>
      <section class="card fields">
        {area('notes', 6)}
        {mark('tags', <Tags values={values} errors={errors} set={set} />)}
        {mark(
          'birthday',
          <Birthday
            // Another one's date replaces what stands in the three fields.
            key={base.birthday + (values.birthday === base.birthday ? '' : '*')}
            value={values.birthday}
            error={errors.birthday}
            onChange={(birthday) => set({ birthday })}
          />,
        )}
        {mark(
          'status',
          <Select
            label={t.fields.status}
            value={values.status}
            options={(['ACTIVE', 'INACTIVE'] as const).map((value) => ({ value, label: t.statuses[value] }))}
            onChange={(status) => set({ status })}
          />,
        )}
        {text('externalId')}
        {area('metadata', 5)}
      </section>
    </>
  );
}

type Some = Pick<FieldsProps, 'values' | 'errors' | 'set'>;

function Addresses({ values, errors, set }: Some) {
  return (
    <ListField
      label={t.fields.addresses}
      items={values.addresses}
      onChange={(addresses) => set({ addresses })}
      blank={blankAddress}
      add={t.contact.addAddress}
    >
      {(address, change, index) => (
        <div class="address">
          {([...PARTS, 'label'] as const).map((part) => (
            <TextField
              key={part}
              label={t.fields[part]}
              value={address[part]}
              error={
                errors[`addresses.${index}.${part}`] ?? (part === 'street' ? errors[`addresses.${index}`] : undefined)
              }
              onChange={(text) => change({ ...address, [part]: text })}
            />
          ))}
        </div>
      )}
    </ListField>
  );
}

function Tags({ values: { tags }, errors, set }: Some) {
  const error = Object.entries(errors).find(([path]) => path.startsWith('tags'))?.[1];
  return (
    <Chips label={t.fields.tags} names={tags} onRemove={(at) => set({ tags: tags.filter((_, index) => index !== at) })}>
      <Picker
        label={t.contact.addTag}
        placeholder={t.contact.addTag}
        bare
        free
        error={error}
        find={async (search, signal) => {
          const found = await request(SuggestTagsDocument, { search }, signal);
          return found.tags
            .filter(({ tag }) => !tags.includes(tag))
            .map(({ tag, count }) => ({ id: tag, name: tag, detail: number(count) }));
        }}
        create={(name) => name}
        onPick={({ name }) => !tags.includes(name) && set({ tags: [...tags, name] })}
      />
    </Chips>
  );
}
