import { useState } from 'preact/hooks';
import { Select, TextField } from '../../kit/fields';
import { locale, t } from '../../strings';

const PATTERN = /^(\d{4})?(?:-?-?(\d{2}))?(?:-(\d{2}))?$/;

/** Year, month and day of a partial date; empty where unknown. */
export function partsOf(value: string): [string, string, string] {
  const [, year = '', month = '', day = ''] = PATTERN.exec(value) ?? [];
  return [year, month, day];
}

/** A partial date as the API has it: `1985-04-12`, `1985-04`, `1985` or `--04-12`. */
export function dateOf(year: string, month: string, day: string): string {
  if (!year && !month && !day) return '';
  const two = (text: string) => text && text.padStart(2, '0');
  return year ? [year, two(month), two(day)].join('-').replace(/-+$/, '') : `--${two(month)}-${two(day)}`;
}

/** Returns true for what the API takes as a date, of which the month may not be the only part. */
export function isDate(value: string): boolean {
  const [year, month, day] = partsOf(value);
  if (dateOf(year, month, day) !== value || (!year && !(month && day))) return false;
  const date = new Date(`${year || '2000'}-${month || '01'}-${day || '01'}T00:00Z`);
  return date.getUTCDate() === Number(day || 1);
}

/** A partial date in the reader's language. */
export function birthdayText(value: string): string {
  const [year, month, day] = partsOf(value);
  if (!month) return year || value;
  const options: Intl.DateTimeFormatOptions = { timeZone: 'UTC', month: 'long' };
  if (year) options.year = 'numeric';
  if (day) options.day = 'numeric';
  return new Intl.DateTimeFormat(locale, options).format(new Date(`${year || '2000'}-${month}-${day || '01'}`));
}

const months = () =>
  Array.from({ length: 12 }, (_, index) => {
    const value = String(index + 1).padStart(2, '0');
    return { value, label: birthdayText(`--${value}`) };
  });

/** A date of birth, of which any part may be unknown. */
export function Birthday({ value, error, onChange }: BirthdayProps) {
  const [parts, setParts] = useState(() => partsOf(value));
  const [year, month, day] = parts;
  const set = (...next: [string, string, string]) => {
    setParts(next);
    onChange(dateOf(...next));
  };
  return (
    <fieldset class="listfield">
      <legend>{t.fields.birthday}</legend>
      <div class="birthday">
        <TextField label={t.contact.day} value={day} maxLength={2} onChange={(text) => set(year, month, text)} />
        <Select
          label={t.contact.month}
          value={month}
          options={[{ value: '', label: '–' }, ...months()]}
          onChange={(text) => set(year, text, day)}
        />
        <TextField label={t.contact.year} value={year} maxLength={4} onChange={(text) => set(text, month, day)} />
      </div>
      {error && <p class="field-error">{error}</p>}
    </fieldset>
  );
}

interface BirthdayProps {
  value: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}
