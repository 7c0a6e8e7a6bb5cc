import { t } from '../../strings';

const words = (text: string) => text.split(' ');

/** Fields of contacts that a column can feed. */
export const CONTACT_FIELDS = words(
  'name name.given name.family name.prefix name.additional name.suffix nickname emails phones links company role department birthday tags notes addresses addresses.street addresses.postalCode addresses.locality addresses.region addresses.country emails.label phones.label status id externalId uid company.website company.externalId company.id metadata',
);

/** Fields of companies that a column can feed. */
export const COMPANY_FIELDS = words(
  'name website email phone industry address address.street address.postalCode address.locality address.region address.country tags notes status id externalId metadata',
);

/** A field as people call it. Parts are said one after another: "Address: street". */
export function fieldLabel(field: string): string {
  if (field === '') return t.import.leaveOut;
  const known = t.fields as Record<string, string>;
  if (field.startsWith('metadata.')) return `${known.metadata}: ${field.slice(9)}`;
  return field
    .split('.')
    .map((part) => known[part] ?? part)
    .join(': ');
}
