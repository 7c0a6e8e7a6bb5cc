import { beforeAll, expect, test } from 'vitest';
import { loadStrings } from '../strings';
import { fieldName, valueText } from './value';

// Node has no document.
Object.assign(globalThis, { document: { documentElement: {} } });

beforeAll(() => loadStrings(['en']));

test('values of all kinds of fields are texts', () => {
  expect(valueText('name', 'Ada')).toBe('Ada');
  expect(valueText('notes', null)).toBe('');
  expect(valueText('status', 'INACTIVE')).toBe('Inactive');
  expect(valueText('isPrimary', true)).toBe('Yes');
  expect(valueText('tags', ['a', 'b'])).toBe('a, b');
  expect(valueText('emails', [{ value: 'a@b.example', label: 'work' }, { value: 'c@d.example' }])).toBe(
    'a@b.example (work)\nc@d.example',
  );
  expect(valueText('addresses', [{ street: 'Main 1', locality: 'Tallinn', postalCode: '10111', label: 'home' }])).toBe(
    'Main 1, 10111 Tallinn (home)',
  );
  expect(valueText('parties', [{ contactId: 'x', name: 'Ada' }])).toBe('Ada');
  expect(valueText('metadata', { a: [1] })).toBe('{"a":[1]}');
});

test('a field without a name of its own keeps the one of the API', () => {
  expect(fieldName('timeZone')).toBe('Time zone');
  expect(fieldName('shoeSize')).toBe('shoeSize');
});
