import { expect, test } from 'vitest';
import { birthdayText, dateOf, isDate, partsOf } from './birthday';

test('each form of a partial date is taken apart and put together', () => {
  for (const value of ['1985-04-12', '1985-04', '1985', '--04-12', '']) expect(dateOf(...partsOf(value))).toBe(value);
});

test('what is known of a date is said', () => {
  expect(birthdayText('1985-04-12')).toBe('April 12, 1985');
  expect(birthdayText('1985-04')).toBe('April 1985');
  expect(birthdayText('1985')).toBe('1985');
  expect(birthdayText('--04-12')).toBe('April 12');
});

test('a date that there is not is none', () => {
  expect(['1985-04-12', '--02-29', '1985', '1985-04'].every(isDate)).toBe(true);
  for (const value of ['--04', '--04-31', '1985-13', '85', '1985--12', 'x']) expect(isDate(value)).toBe(false);
});
