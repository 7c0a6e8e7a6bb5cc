import { describe, expect, it } from 'vitest';
import { loadStrings, locale, t } from '.';
import { ago, plural } from './format';

// Node has no document.
Object.assign(globalThis, { document: { documentElement: {} } });

describe('the language', () => {
  it('is the first of the browser that there is', async () => {
    await loadStrings(['fr-CH', 'de-CH', 'en']);
    expect(locale).toBe('de-CH');
    expect(t.contacts.title).toBe('Kontakte');
    expect(t.contacts.count(12345)).toMatch(/^12.345 Kontakte$/);
  });

  it('says in which direction it is written', async () => {
    for (const [language, dir] of Object.entries({ 'ar-XB': 'rtl', 'de-AT': 'ltr', 'ar-EG': 'ltr' })) {
      await loadStrings([language]);
      expect(document.documentElement.dir).toBe(dir);
    }
    await loadStrings(['en']);
  });

  it('chooses the form of a word by its number', () => {
    expect(plural(1, { one: '# row', other: '# rows' })).toBe('1 row');
    expect(plural(2, { one: '# row', other: '# rows' })).toBe('2 rows');
  });

  it('says how long ago something was', async () => {
    await loadStrings(['en']);
    const now = Date.parse('2026-01-10T12:00:00Z');
    expect(ago('2026-01-10T11:59:50Z', now)).toBe('now');
    expect(ago('2026-01-09T11:00:00Z', now)).toBe('yesterday');
    expect(ago('2026-01-10T15:00:00Z', now)).toBe('in 3 hours');
  });
});
