import { expect, test } from 'vitest';
import { changedIn, choose, draftOf, picked, rebase } from './draft';

const base = { name: 'Ada', email: 'ada@a.example', notes: '', tags: ['x'] };
const typed = (fields: Partial<typeof base>) => {
  const draft = draftOf(base, 1);
  return { ...draft, mine: { ...draft.mine, ...fields } };
};

test('only what was changed is written', () => {
  const draft = typed({ notes: 'New', tags: ['x'] });
  expect(picked(draft.mine, changedIn(draft))).toEqual({ notes: 'New' });
});

test('a field that only another one has changed is taken over and marked', () => {
  const draft = rebase(typed({ notes: 'Mine' }), { ...base, name: 'Ada L.' }, 2);
  expect(draft).toMatchObject({ version: 2, theirs: {}, updated: ['name'], mine: { name: 'Ada L.', notes: 'Mine' } });
  expect(changedIn(draft)).toEqual(['notes']);
});

test('a field that both have changed waits for a choice', () => {
  const draft = rebase(typed({ name: 'Mine' }), { ...base, name: 'Theirs' }, 2);
  expect(draft).toMatchObject({ theirs: { name: 'Theirs' }, mine: { name: 'Mine' } });
  expect(choose(draft, 'name', 'THEIRS')).toMatchObject({ theirs: {}, mine: { name: 'Theirs' } });
  const kept = choose(draft, 'name', 'MINE');
  expect(kept).toMatchObject({ theirs: {}, mine: { name: 'Mine' } });
  expect(changedIn(kept)).toEqual(['name']);
});

test('a field that waits for a choice still does after another write', () => {
  const once = rebase(typed({ name: 'Mine' }), { ...base, name: 'Theirs' }, 2);
  const twice = rebase(once, { ...base, name: 'Theirs', notes: 'x' }, 3);
  expect(twice).toMatchObject({ version: 3, theirs: { name: 'Theirs' }, mine: { name: 'Mine', notes: 'x' } });
  expect(rebase(twice, { ...base, name: 'Mine' }, 4).theirs).toEqual({});
});

test('the same change of both is none', () => {
  const draft = rebase(typed({ name: 'Same' }), { ...base, name: 'Same' }, 2);
  expect([draft.theirs, changedIn(draft)]).toEqual([{}, []]);
});
