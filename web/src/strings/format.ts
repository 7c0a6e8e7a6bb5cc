import { locale } from '.';

const cached = new Map<string, unknown>();

/** Formats are expensive to make, and a list needs the same one for each row. */
function once<Format>(key: string, make: () => Format): Format {
  const name = `${locale} ${key}`;
  const known = (cached.get(name) as Format | undefined) ?? make();
  cached.set(name, known);
  return known;
}

export const number = (value: number) => once('number', () => new Intl.NumberFormat(locale)).format(value);

/** Chooses a text by a number, which stands in it as `#`. */
export function plural(count: number, texts: { one: string; other: string }): string {
  const rule = once('plural', () => new Intl.PluralRules(locale)).select(count);
  return (rule === 'one' ? texts.one : texts.other).replace('#', number(count));
}

export const list = (items: string[]) => once('list', () => new Intl.ListFormat(locale)).format(items);

export const date = (at: string) =>
  once('date', () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })).format(new Date(at));

export const dateTime = (at: string) =>
  once('dateTime', () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })).format(
    new Date(at),
  );

/** A date without a time, whose year may be left out: `1990-05-17`, `--05-17`. */
export function birthday(day: string): string {
  const [, year, month, date] = /^(\d{4}|-)-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (!month) return day;
  const hasYear = year !== '-';
  // 2000 had a 29th of February.
  const at = Date.UTC(hasYear ? Number(year) : 2000, Number(month) - 1, Number(date));
  return new Intl.DateTimeFormat(locale, {
    ...(hasYear && { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  }).format(at);
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago: "3 days ago", "in 2 hours". */
export function ago(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const format = once('ago', () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  return format.format(unit === 'second' ? 0 : Math.trunc(seconds / length), unit);
}

/** Compares texts as the reader's language does. */
export const compare = (a: string, b: string) => once('compare', () => new Intl.Collator(locale)).compare(a, b);

/** A number of a unit, such as "12 seconds". */
export const unit = (value: number, name: string) =>
  once(
    name,
    () => new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long', maximumFractionDigits: 1 }),
  ).format(value);

/** How long something takes, in its greatest unit. */
export const duration = (seconds: number) =>
  seconds < 90 ? unit(Math.ceil(seconds), 'second') : unit(Math.round(seconds / 60), 'minute');

/** A part of one in hundredths. Only the whole is 100 %. */
export const percent = (part: number) =>
  once('percent', () => new Intl.NumberFormat(locale, { style: 'percent' })).format(Math.floor(part * 100) / 100);
