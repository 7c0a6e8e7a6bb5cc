import type { ContactDetailFragment, ContactInput, LiveStatus } from '#graphql';

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
