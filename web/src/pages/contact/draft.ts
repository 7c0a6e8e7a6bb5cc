import type { ContactDetailFragment, ContactInput, LiveStatus } from '#graphql';
import { same } from '../../parts/rebase';

export interface Point {
  value: string;
  label: string;
}

export const PARTS = ['street', 'postalCode', 'locality', 'region', 'country'] as const;
export type Address = Record<(typeof PARTS)[number] | 'label', string>;

/** What the form has: texts where the API has nulls, and the contact's own data as a text of JSON. */
export interface Values {
  name: string;
  status: LiveStatus;
  emails: Point[];
  phones: Point[];
  links: Point[];
  addresses: Address[];
  birthday: string;
  tags: string[];
  notes: string;
  externalId: string;
  metadata: string;
}
export type FieldName = keyof Values;

/** What somebody is writing, beside what it began with and what others have written meanwhile. */
export interface Draft {
  /** The version of `base`. */
  version: number;
  base: Values;
  mine: Values;
  /** Fields that somebody else and this one have changed differently: theirs, until one is chosen. */
  theirs: Partial<Values>;
  /** Fields that somebody else has changed, and this one has not. */
  updated: FieldName[];
}

const pointOf = ({ value, label }: { value: string; label?: string | null }): Point => ({ value, label: label ?? '' });

export const valuesOf = (contact: ContactDetailFragment): Values => ({
  name: contact.name,
  status: contact.status === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE',
  emails: contact.emails.map(pointOf),
  phones: contact.phones.map(pointOf),
  links: contact.links.map(pointOf),
  addresses: contact.addresses.map((address) => ({
    street: address.street ?? '',
    postalCode: address.postalCode ?? '',
    locality: address.locality ?? '',
    region: address.region ?? '',
    country: address.country ?? '',
    label: address.label ?? '',
  })),
  birthday: contact.birthday ?? '',
  tags: [...contact.tags],
  notes: contact.notes ?? '',
  externalId: contact.externalId ?? '',
  metadata: JSON.stringify(contact.metadata, null, 2),
});

export const draftOf = (contact: ContactDetailFragment): Draft => {
  const base = valuesOf(contact);
  return { version: contact.detailVersion, base, mine: base, theirs: {}, updated: [] };
};

const names = (values: Values) => Object.keys(values) as FieldName[];

/** The fields that this one has changed. */
export const changedIn = ({ base, mine }: Draft): FieldName[] =>
  names(mine).filter((field) => !same(base[field], mine[field]));

/** Goes on from what others have written since: what this one has not touched is theirs, the rest is to be chosen. */
export function rebase(draft: Draft, current: ContactDetailFragment): Draft {
  const now = valuesOf(current);
  const mine: Record<string, unknown> = { ...draft.mine };
  const theirs: Record<string, unknown> = {};
  const updated = new Set(draft.updated);
  for (const field of names(now)) {
    const isTouched = !same(draft.mine[field], draft.base[field]);
    const isOpen = field in draft.theirs;
    if (same(now[field], draft.base[field]) && !isOpen) continue;
    if (!isTouched && !isOpen) {
      mine[field] = now[field];
      updated.add(field);
    } else if (!same(now[field], draft.mine[field])) theirs[field] = now[field];
  }
  return { version: current.detailVersion, base: now, mine: mine as unknown as Values, theirs, updated: [...updated] };
}

/** Settles a field that both have changed. */
export function choose(draft: Draft, field: FieldName, whose: 'MINE' | 'THEIRS'): Draft {
  const { [field]: chosen, ...theirs } = draft.theirs;
  return { ...draft, theirs, mine: whose === 'THEIRS' ? { ...draft.mine, [field]: chosen } : draft.mine };
}

/** Without the rows that nothing was typed into. */
export function tidy(values: Values): Values {
  const points = (items: Point[]) => items.filter(({ value }) => value.trim());
  return {
    ...values,
    emails: points(values.emails),
    phones: points(values.phones),
    links: points(values.links),
    addresses: values.addresses.filter((address) => PARTS.some((part) => address[part].trim())),
  };
}

/** Some fields as an input of the API. Fails with a `SyntaxError` where the contact's own data is no JSON. */
export function inputOf(values: Values, fields: FieldName[]): ContactInput {
  const all: Required<Pick<ContactInput, FieldName>> = {
    ...values,
    birthday: values.birthday || null,
    notes: values.notes || null,
    externalId: values.externalId || null,
    metadata: fields.includes('metadata') && JSON.parse(values.metadata || '{}'),
  };
  return Object.fromEntries(fields.map((field) => [field, all[field]]));
}
