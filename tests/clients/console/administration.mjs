// What an admin does: the role and the state of an account, and a batch of somebody else that is taken back.
import assert from 'node:assert/strict';
import { becomes, shows, visit } from './people.mjs';

/** Answers the question that stands above everything else. */
const confirms = (page, action) => page.locator('dialog').last().getByRole('button', { name: action, exact: true }).click();

export async function administersAnAccount(people) {
  const { page, context, ask, complaints, refused } = await people.open('ADMIN');
  const found = await ask('{ users(first: 1, isPlaceholder: true) { nodes { id email role } } }');
  const { id, email, role } = found.data.users.nodes[0];
  const user = async () => (await ask('query($id: ID!) { user(id: $id) { role deactivatedAt } }', { id })).data.user;
  assert.equal(role, 'CONTACT');
  await visit(page, `#/settings/users?user=${id}`);
  await shows(page, 'dialog', email);
  await page.locator('dialog').getByLabel('Role').selectOption('Viewer');
  await page.locator('dialog').getByRole('button', { name: 'Save' }).click();
  await shows(page, '.toast', 'Saved');
  await becomes(user, ({ role }) => role, 'VIEWER');
  await page.keyboard.press('u');
  await becomes(user, ({ role }) => role, 'CONTACT');

  await visit(page, '#/batches');
  await visit(page, `#/settings/users?user=${id}`);
  await page.locator('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await confirms(page, 'Deactivate');
  await shows(page, 'dialog', 'Deactivated');
  await becomes(user, ({ deactivatedAt }) => deactivatedAt !== null, true);
  await page.locator('dialog').getByRole('button', { name: 'Reactivate' }).click();
  await becomes(user, ({ deactivatedAt }) => deactivatedAt, null);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}

export async function undoesABatch(people) {
  const member = await people.open('MEMBER');
  const create = 'mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }';
  const ids = [];
  for (const name of ['Ballast One', 'Ballast Two']) ids.push((await member.ask(create, { name })).data.createContact.contact.id);
  await member.ask('mutation($ids: [ID!]!) { trashContacts(ids: $ids) { userErrors { code } } }', { ids });
  const { page, context, ask, complaints, refused } = await people.open('ADMIN', '#/batches');
  const states = async () => (await ask('query($ids: [ID!]!) { contactsByIds(ids: $ids) { status } }', { ids })).data.contactsByIds;
  await becomes(states, (found) => found.map(({ status }) => status), ['TRASHED', 'TRASHED']);
  await page.locator('.row a').first().click();
  await page.locator('dialog').getByRole('button', { name: 'Undo it' }).click();
  await confirms(page, 'Undo it');
  await shows(page, '.toast', 'Taken back');
  await becomes(states, (found) => found.map(({ status }) => status), ['ACTIVE', 'ACTIVE']);
  await shows(page, 'dialog', 'Undone');
  assert.deepEqual([complaints, refused, member.complaints, member.refused], [[], [], [], []]);
  for (const window of [context, member.context]) await window.close();
}
