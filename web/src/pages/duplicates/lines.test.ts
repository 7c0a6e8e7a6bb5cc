import { describe, expect, it } from 'vitest';
import { isShared, linesOf, type Compared } from './lines';

const contact = (fields: Partial<Compared>): Compared =>
  ({
    name: 'Ada',
    emails: [],
    phones: [],
    links: [],
    addresses: [],
    memberships: [],
    tags: [],
    metadata: {},
    createdAt: '2026-01-10T12:00:00Z',
    updatedAt: '2026-01-10T12:00:00Z',
    ...fields,
  }) as unknown as Compared;

describe('a comparison', () => {
  it('has the fields that any contact has, and offers a choice where single values differ', () => {
    const contacts = [contact({ name: 'Ada', birthday: '1815-12-10' }), contact({ name: 'A. L.', tags: ['vip'] })];
    const lines = linesOf(contacts, { name: 'Ada', tags: ['vip'] });
    expect(lines.map(({ field, isChoice }) => [field, isChoice])).toEqual([
      ['name', true],
      ['birthday', false],
      ['tags', false],
      ['created', false],
      ['updated', false],
    ]);
    expect(lines[0]?.result).toEqual(['Ada']);
  });

  it('tells what all have, but for upper and lower case', () => {
    expect(isShared('a@b.c', [['A@b.c', 'x'], ['a@b.c']])).toBe(true);
    expect(isShared('x', [['A@b.c', 'x'], ['a@b.c']])).toBe(false);
  });
});
