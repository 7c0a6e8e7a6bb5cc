// The own account: a name, and sessions that end.
import assert from 'node:assert/strict';
import { shows, visit } from './people.mjs';

export async function renamesAndEndsASession(people) {
  const one = await people.open('VIEWER', '#/contacts', { apart: true });
  const { page } = one;
  await visit(page, '#/settings');
  await page.getByLabel('Name').fill('Vivian Viewer');
  await page.getByRole('button', { name: 'Save' }).click();
  await shows(page, '.toast', 'Saved');
  const own = async () => (await one.ask('{ viewer { user { name } } }')).data.viewer.user.name;
  assert.equal(await own(), 'Vivian Viewer');

  const other = await people.open('VIEWER', '#/contacts', { apart: true });
  await page.reload();
  await page.getByRole('button', { name: 'End', exact: true }).first().waitFor();
  // Sessions of other tests go as well: this one alone stays.
  await page.getByRole('button', { name: 'End all others' }).click();
  await page.locator('dialog').getByRole('button', { name: 'End all others' }).click();
  await shows(page, '.toast', 'ended');
  await page.waitForFunction(() => document.querySelectorAll('.badge-good').length === 1 && !document.querySelector('.lines button'));
  await other.page.waitForURL(/sign-in/);
  assert.equal(await own(), 'Vivian Viewer');
  people.forget('VIEWER');
  assert.deepEqual([one.complaints, one.refused], [[], []]);
  for (const { context } of [one, other]) await context.close();
}
