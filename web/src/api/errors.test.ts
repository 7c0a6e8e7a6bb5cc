import { expect, test } from 'vitest';
import { loadStrings } from '../strings';
import { byField, messageOf } from './errors';

// Node has no document.
Object.assign(globalThis, { document: { documentElement: {} } });

const error = (code: string, field: string[], message = 'The server’s words.') => ({ code, field, message });

test('an error is said in the language of the reader, by its code and field', async () => {
  await loadStrings(['de']);
  expect(messageOf(error('BLANK', ['input', 'name']))).toBe('Das darf nicht leer sein.');
  expect(messageOf(error('INVALID', ['input', 'emails', '0', 'value']))).toMatch(/keine E-Mail-Adresse/);
  const tooLong = error('TOO_LONG', ['input', 'name'], 'This has at most 255 characters.');
  expect(messageOf(tooLong)).toBe('Das ist zu lang: höchstens 255 Zeichen.');
  expect(byField([tooLong])).toEqual({ name: messageOf(tooLong) });
});

test('what the code does not tell, the server does', async () => {
  await loadStrings(['de']);
  const texts = [error('INVALID', ['input', 'url']), error('NEW', []), error('TOO_LONG', ['name'])].map(messageOf);
  expect(new Set(texts)).toEqual(new Set(['The server’s words.']));
  await loadStrings(['en']);
  expect(messageOf(error('BLANK', ['input', 'name']))).toBe('The server’s words.');
});
