// What others change appears by itself, through lost networks, restarts and the end of a session.
import assert from 'node:assert/strict';
import { shows } from './people.mjs';

const SEARCH = '#/contacts?search=Windermere';

const create = (ask, name) =>
  ask('mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }', { name }).then(
    ({ data }) => data.createContact.contact.id,
  );
const rename = (ask, id, name) =>
  ask('mutation($id: ID!, $name: String!) { updateContact(id: $id, input: { name: $name }) { contact { id } } }', { id, name });

export async function showsWhatOthersChange(people) {
  const [one, other] = [await people.open('VIEWER', SEARCH), await people.open('MEMBER')];
  const id = await create(other.ask, 'Ada Windermere');
  await shows(one.page, '.row', 'Ada Windermere');
  await rename(other.ask, id, 'Bea Windermere');
  await shows(one.page, '.row', 'Bea Windermere');
  assert.deepEqual([one.complaints, one.refused], [[], []]);
  for (const { context } of [one, other]) await context.close();
}

export async function comesBackFromOffline(people) {
  const [one, other] = [await people.open('VIEWER', SEARCH), await people.open('MEMBER')];
  const id = await create(other.ask, 'Cleo Windermere');
  await shows(one.page, '.row', 'Cleo Windermere');
  await one.context.setOffline(true);
  await shows(one.page, '.offline', 'Offline');
  await rename(other.ask, id, 'Dora Windermere');
  await one.context.setOffline(false);
  await shows(one.page, '.row', 'Dora Windermere');
  await one.page.waitForFunction(() => !document.querySelector('.offline').textContent.trim());
  for (const { context } of [one, other]) await context.close();
}

export async function outlivesARestart(people, server) {
  const [one, other] = [await people.open('VIEWER', SEARCH), await people.open('MEMBER')];
  const id = await create(other.ask, 'Edda Windermere');
  await shows(one.page, '.row', 'Edda Windermere');
  await one.page.evaluate(() => void (globalThis.isSamePage = true));
  await server.stop();
  await shows(one.page, '.offline', 'Offline');
  assert.ok(await one.page.isVisible('.row:has-text("Edda Windermere")'), 'what was loaded stays');
  await server.start();
  await rename(other.ask, id, 'Fay Windermere');
  await shows(one.page, '.row', 'Fay Windermere');
  await one.page.waitForFunction(() => !document.querySelector('.offline').textContent.trim());
  assert.ok(await one.page.evaluate(() => globalThis.isSamePage), 'without a reload');
  for (const { context } of [one, other]) await context.close();
}

export async function comesBackAfterSigningIn(people, server) {
  const { page, context } = await people.open('VIEWER', SEARCH, { apart: true });
  await page.waitForSelector('.row');
  await server.command('user', 'sign-out', '--email', people.logins.VIEWER.email);
  await page.waitForURL(/sign-in/);
  await people.signIn(page, 'VIEWER');
  await page.waitForSelector('.row');
  assert.equal(new URL(page.url()).hash, SEARCH);
  people.forget('VIEWER');
  await context.close();
}
