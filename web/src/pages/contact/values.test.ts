import { expect, test } from 'vitest';
import type { ContactDetailFragment } from '#graphql';
import { inputOf, tidy, valuesOf } from './values';

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
const typed = (fields: Partial<ReturnType<typeof valuesOf>>) => ({ ...valuesOf(contact()), ...fields });

test('only the named fields are written', () => {
  expect(inputOf(typed({ notes: 'New', emails: [] }), ['emails', 'notes'])).toEqual({ emails: [], notes: 'New' });
});

test('empty rows are left out, and emptied texts are null', () => {
  const blank = { street: ' ', postalCode: '', locality: '', region: '', country: '', label: 'home' };
  const values = tidy(typed({ phones: [{ value: ' ', label: 'work' }], addresses: [blank], notes: '' }));
  expect(inputOf(values, ['phones', 'addresses', 'notes'])).toEqual({ phones: [], addresses: [], notes: null });
});

test('own data that is no JSON fails before it is sent', () => {
  expect(() => inputOf(typed({ metadata: '{a' }), ['metadata'])).toThrow(SyntaxError);
});
