import { t } from '../strings';
import { dateTime } from '../strings/format';

type Values = Record<string, unknown>;

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);

/** An address, a number, a party: whatever a list of a record has in it. */
function item(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  const { label, value: point, name, street, postalCode, locality, region, country } = value as Values;
  const place = [[street], [postalCode, locality], [region], [country]]
    .map((line) => line.filter(Boolean).map(text).join(' '))
    .filter(Boolean)
    .join(', ');
  const main = text(point ?? name) || place;
  return label ? `${main} (${text(label)})` : main || JSON.stringify(value);
}

/** A value of a field as a text, such as the values before and after a change; empty where there is none. */
export function valueText(field: string, value: unknown): string {
  if (Array.isArray(value)) return value.map(item).join(field === 'tags' ? ', ' : '\n');
  if (typeof value === 'boolean') return value ? t.parts.yes : t.parts.no;
  const known = { ...t.statuses, ...t.interactions.types } as Record<string, string>;
  if (field === 'status' || field === 'type') return known[text(value)] ?? text(value);
  if (field.endsWith('At') && typeof value === 'string') return dateTime(value);
  return text(value);
}

/** The name of a field, as the forms have it. */
export const fieldName = (field: string): string => (t.fields as Record<string, string>)[field] ?? field;
