import { expect, test } from 'vitest';
import type { ContactDetailFragment } from '#graphql';
import { changedIn, choose, draftOf, inputOf, rebase, tidy } from './draft';

const contact = (fields: Partial<ContactDetailFragment> = {}): ContactDetailFragment => ({
  id: '1',
  name: 'Ada',
  status: 'ACTIVE',
  emails: [{ value: 'ada@a.example', label: null }],
  phones: [],
  links: [],
  addresses: [],
  tags: [],
  metadata: {},
  memberships: [],
  primaryMembership: null,
  email: null,
  phone: null,
  birthday: null,
  notes: null,
  externalId: null,
  lastInteractionAt: null,
  mergedInto: null,
  user: null,
  createdAt: '',
  updatedAt: '',
  version: 1,
  detailVersion: 1,
  ...fields,
});
const typed = (fields: Partial<ReturnType<typeof draftOf>['mine']>) => {
  const draft = draftOf(contact());
  return { ...draft, mine: { ...draft.mine, ...fields } };
};

test('only what was changed is written', () => {
  const draft = typed({ notes: 'New', emails: [] });
  expect(changedIn(draft)).toEqual(['emails', 'notes']);
  expect(inputOf(draft.mine, changedIn(draft))).toEqual({ emails: [], notes: 'New' });
});

test('a field that only another one has changed is taken over and marked', () => {
  const draft = rebase(typed({ notes: 'Mine' }), contact({ name: 'Ada L.', detailVersion: 2 }));
  expect(draft).toMatchObject({ version: 2, theirs: {}, updated: ['name'], mine: { name: 'Ada L.', notes: 'Mine' } });
  expect(changedIn(draft)).toEqual(['notes']);
});

test('a field that both have changed waits for a choice', () => {
  const draft = rebase(typed({ name: 'Mine' }), contact({ name: 'Theirs', detailVersion: 2 }));
  expect(draft).toMatchObject({ theirs: { name: 'Theirs' }, mine: { name: 'Mine' } });
  expect(choose(draft, 'name', 'THEIRS')).toMatchObject({ theirs: {}, mine: { name: 'Theirs' } });
  const kept = choose(draft, 'name', 'MINE');
  expect(kept).toMatchObject({ theirs: {}, mine: { name: 'Mine' } });
  expect(changedIn(kept)).toEqual(['name']);
});

test('a field that waits for a choice still does after another write', () => {
  const once = rebase(typed({ name: 'Mine' }), contact({ name: 'Theirs', detailVersion: 2 }));
  const twice = rebase(once, contact({ name: 'Theirs', notes: 'x', detailVersion: 3 }));
  expect(twice).toMatchObject({ version: 3, theirs: { name: 'Theirs' }, mine: { name: 'Mine', notes: 'x' } });
  expect(rebase(twice, contact({ name: 'Mine', detailVersion: 4 })).theirs).toEqual({});
});

test('the same change of both is none', () => {
  const draft = rebase(typed({ name: 'Same' }), contact({ name: 'Same', detailVersion: 2 }));
  expect([draft.theirs, changedIn(draft)]).toEqual([{}, []]);
});

test('empty rows are left out, and emptied texts are null', () => {
  const blank = { street: ' ', postalCode: '', locality: '', region: '', country: '', label: 'home' };
  const values = tidy({ ...typed({ phones: [{ value: ' ', label: 'work' }], addresses: [blank] }).mine, notes: '' });
  expect(inputOf(values, ['phones', 'addresses', 'notes'])).toEqual({ phones: [], addresses: [], notes: null });
});

test('own data that is no JSON fails before it is sent', () => {
  expect(() => inputOf(typed({ metadata: '{a' }).mine, ['metadata'])).toThrow(SyntaxError);
});
