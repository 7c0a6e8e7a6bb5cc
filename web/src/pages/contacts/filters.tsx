import { useState } from 'preact/hooks';
import { setQuery } from '../../app/router';
import { request } from '../../api/client';
import { ContactCompanyDocument, ContactTagsDocument } from '#graphql';
import { Button } from '../../kit/button';
import { Dialog } from '../../kit/dialog';
import { TextField } from '../../kit/fields';
import { Icon } from '../../kit/icon';
import { Menu } from '../../kit/menu';
import { CompanyPicker } from '../../parts/pickers';
import { Picker, type PickerProps } from '../../parts/picker';
import { useQuery } from '../../store/query';
import { t } from '../../strings';
import { date } from '../../strings/format';
import type { Address } from './address';

/** Finds a tag in use. */
export function TagPicker(props: PickerProps) {
  const find = async (search: string, signal: AbortSignal) => {
    const { tags } = await request(ContactTagsDocument, { search }, signal);
    return tags.map(({ tag, count }) => ({ id: tag, name: tag, detail: String(count) }));
  };
  return <Picker {...props} find={find} />;
}

const CHOICES = [
  ['status', 'ACTIVE'],
  ['status', 'INACTIVE'],
  ['status', 'TRASHED'],
  ['trashed', '1'],
  ['email', 'yes'],
  ['email', 'no'],
  ['phone', 'yes'],
  ['phone', 'no'],
  ['employed', 'no'],
  ['login', 'yes'],
  ['login', 'no'],
] as const;
const ASKED = ['tag', 'untagged', 'company', 'created', 'updated', 'quiet'] as const;
type Asked = (typeof ASKED)[number];

/** Adds a filter: at once, or after asking for its value. */
export function AddFilter() {
  const [asked, setAsked] = useState<Asked>();
  const add = (name: string, value: string) => {
    setAsked(undefined);
    setQuery({ [name]: value });
  };
  const label = asked ? t.contactList.filters[asked]('…') : '';
  return (
    <>
      <Menu
        label={t.contactList.addFilter}
        icon="filter"
        labelled
        items={[
          ...ASKED.map((name) => ({ label: t.contactList.filters[name]('…'), onSelect: () => setAsked(name) })),
          ...CHOICES.map(([name, value]) => ({
            label: t.contactList.filters[name](value),
            onSelect: () => add(name, value),
          })),
        ]}
      />
      {asked && (
        <Dialog title={t.contactList.addFilter} onClose={() => setAsked(undefined)}>
          {asked === 'company' ? (
            <CompanyPicker label={label} autofocus onPick={({ id }) => add(asked, id)} />
          ) : asked === 'tag' || asked === 'untagged' ? (
            <TagPicker label={label} autofocus onPick={({ id }) => add(asked, id)} />
          ) : (
            <Since label={label} onPick={(day) => add(asked, day)} />
          )}
        </Dialog>
      )}
    </>
  );
}

function Since({ label, onPick }: { label: string; onPick: (day: string) => void }) {
  const [day, setDay] = useState('');
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        onPick(day);
      }}
    >
      <TextField type="date" label={label} value={day} onChange={setDay} required autofocus />
      <Button type="submit" kind="primary">
        {t.app.add}
      </Button>
    </form>
  );
}

/** The filters that are on, each of which can be taken away. */
export function FilterChips({ address }: { address: Address }) {
  const { filters, includeTrashed } = address;
  const shown: [string, string][] = includeTrashed ? [...filters, ['trashed', '1']] : filters;
  if (shown.length === 0) return null;
  return (
    <ul class="chips contact-filters" aria-label={t.contactList.filtersOn}>
      {shown.map(([name, value]) => (
        <li key={name} class="badge">
          <FilterText name={name} value={value} />
          <button
            type="button"
            aria-label={`${t.app.remove}: ${textOf(name, value)}`}
            onClick={() => setQuery({ [name]: undefined })}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
      {shown.length > 1 && (
        <li>
          <Button kind="quiet" onClick={() => setQuery(Object.fromEntries(shown.map(([name]) => [name, undefined])))}>
            {t.contactList.clearFilters}
          </Button>
        </li>
      )}
    </ul>
  );
}

function textOf(name: string, value: string): string {
  const text = (t.contactList.filters as Record<string, ((value: string) => string) | undefined>)[name];
  return text?.(/^\d{4}-\d\d-\d\d$/.test(value) ? date(`${value}T00:00`) : value) ?? value;
}

function FilterText({ name, value }: { name: string; value: string }) {
  const { data } = useQuery(ContactCompanyDocument, name === 'company' ? { id: value } : null);
  return <bdi>{textOf(name, name === 'company' ? (data?.company?.name ?? '…') : value)}</bdi>;
}
