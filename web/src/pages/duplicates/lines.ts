import type { ComparedContactFragment } from '#graphql';
import type { t } from '../../strings';
import { date } from '../../strings/format';

export type Compared = ComparedContactFragment;

/** A field as a row of the comparison. */
export interface Line {
  field: keyof typeof t.fields;
  values: string[][];
  /** The values that the survivor would have; absent where a merge does not decide on it. */
  result?: string[] | undefined;
  /** True where one of several values is chosen. */
  isChoice: boolean;
}

type Preview = Record<string, unknown>;

/** Longest text of a cell. */
const SHOWN = 240;

const short = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
const given = (values: unknown[]): string[] =>
  values.filter((value) => value !== null && value !== undefined && value !== '').map((value) => short(textOf(value)));
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const pointsOf = (value: unknown) => given((value as { value: string }[]).map((point) => point.value));
const entriesOf = (value: unknown) =>
  Object.entries(value ?? {}).map(([key, inner]) => short(`${key}: ${textOf(inner)}`));
const PARTS = ['street', 'postalCode', 'locality', 'region', 'country'];
const addressOf = (value: unknown) => given(PARTS.map((part) => (value as Preview)[part])).join(', ');

interface Reader {
  of: (contact: Compared) => string[];
  after?: (preview: Preview) => string[];
  isChoice?: boolean;
}

const same = (field: 'name' | 'birthday' | 'externalId' | 'notes'): Reader => ({
  of: (contact) => given([contact[field]]),
  after: (preview) => given([preview[field]]),
  isChoice: true,
});
const points = (field: 'emails' | 'phones' | 'links'): Reader => ({
  of: (contact) => pointsOf(contact[field]),
  after: (preview) => pointsOf(preview[field] ?? []),
});

const READERS: Partial<Record<Line['field'], Reader>> = {
  name: same('name'),
  emails: points('emails'),
  phones: points('phones'),
  company: {
    of: ({ memberships }) => memberships.map(({ company, role }) => given([company.name, role]).join(' · ')),
  },
  addresses: {
    of: (contact) => contact.addresses.map(({ formatted }) => formatted.replace(/\n/g, ', ')),
    after: (preview) => ((preview.addresses ?? []) as unknown[]).map(addressOf),
  },
  birthday: same('birthday'),
  links: points('links'),
  tags: { of: ({ tags }) => [...tags], after: (preview) => given((preview.tags ?? []) as unknown[]) },
  notes: same('notes'),
  externalId: same('externalId'),
  metadata: {
    of: (contact) => entriesOf(contact.metadata),
    after: (preview) => entriesOf(preview.metadata),
  },
  user: { of: ({ user }) => given([user?.email]) },
  created: { of: ({ createdAt }) => [date(createdAt)] },
  updated: { of: ({ updatedAt }) => [date(updatedAt)] },
};

/** The fields that any of the contacts has, in the order in which people look at them. */
export function linesOf(contacts: Compared[], preview: Preview | undefined): Line[] {
  const lines = Object.entries(READERS).map(([field, { of, after, isChoice }]) => {
    const values = contacts.map(of);
    return {
      field: field as Line['field'],
      values,
      result: preview && after?.(preview),
      isChoice: isChoice === true && new Set(values.flat()).size > 1,
    };
  });
  return lines.filter(({ values }) => values.some((cell) => cell.length > 0));
}

/** Returns true where all contacts have the value, but for upper and lower case. */
export const isShared = (value: string, values: string[][]): boolean =>
  values.every((cell) => cell.some((other) => other.toLowerCase() === value.toLowerCase()));
