import { expect, test } from 'vitest';
import { changed, rebase } from './rebase';

const base = { name: 'Acme', email: 'a@example.com', tags: ['x'] };

test('what only one of the two has changed is kept', () => {
  const typed = { ...base, name: 'Acme Ltd' };
  const stored = { ...base, tags: ['x', 'y'] };
  expect(rebase(base, typed, stored)).toEqual({ values: { ...stored, name: 'Acme Ltd' }, conflicts: [] });
});

test('what both have changed is a conflict, unless they agree', () => {
  const typed = { ...base, name: 'Acme Ltd', email: 'b@example.com' };
  const stored = { ...base, name: 'Acme GmbH', email: 'b@example.com' };
  expect(rebase(base, typed, stored)).toEqual({ values: typed, conflicts: ['name'] });
});

test('only changed fields are sent', () => {
  expect(changed(base, { ...base, tags: ['x'] })).toEqual({});
  expect(changed(base, { ...base, tags: [] })).toEqual({ tags: [] });
});
