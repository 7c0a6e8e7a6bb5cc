// Uses the generated types the way an application would; it is compiled, not run.
import type { ContactPageQuery, SaveContactMutationVariables } from './generated/types';

export function firstNames(page: ContactPageQuery): string[] {
  return page.contacts.nodes.map((contact) => contact.memberships[0]?.company.name ?? contact.name);
}

export const cleared: SaveContactMutationVariables = { id: 'x', input: { phone: null }, expectedVersion: 1 };
