// Many contacts at once by mouse: a range, tags, columns, a file, and what is merged.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { shows, visit } from './people.mjs';

const names = [1, 2, 3, 4, 5].map((at) => `Quorum Vestry ${at}`);

/** Chooses an item of a menu. */
async function choose(page, menu, name, role = 'menuitem') {
  await menu.click();
  await page.getByRole(role, { name, exact: true }).click();
}

export async function worksOnMany(people) {
  const { page, context, ask, complaints, refused } = await people.open('MEMBER', '#/contacts', { acceptDownloads: true });
  for (const [at, name] of names.entries()) {
    const input = { name, email: `vestry${at}@quorum.example`, externalId: `quorum:${at}` };
    await ask('mutation($input: ContactInput!) { createContact(input: $input) { userErrors { code } } }', { input });
  }
  const tagged = async () => (await ask('{ contacts(search: "Quorum Vestry", filter: { tags: { hasAny: ["Quorate"] } }) { nodes { name } } }')).data.contacts.nodes;
  await visit(page, '#/contacts?search=Quorum+Vestry');
  for (const name of names) await shows(page, '.row', name);

  // From the second to the fourth.
  const box = (at) => page.locator('.row', { hasText: names[at] }).getByRole('checkbox');
  await box(1).click();
  await box(3).click({ modifiers: ['Shift'] });
  const selected = page.locator('.selected');
  await shows(page, '.selected', '3 selected');
  assert.deepEqual(await Promise.all(names.map((_, at) => box(at).isChecked())), [false, true, true, true, false]);

  // A tag that is new.
  await choose(page, selected.getByRole('button', { name: 'Tags' }), 'Add tag');
  await page.locator('dialog').getByRole('combobox').pressSequentially('Quorate');
  await page.getByRole('option', { name: 'New tag “Quorate”' }).click();
  await shows(page, '.toast', '3 contacts have the tag');
  assert.deepEqual((await tagged()).map(({ name }) => name), names.slice(1, 4));
  await page.keyboard.press('u');
  for (let left = 3; left > 0; left = (await tagged()).length) await page.waitForTimeout(50);

  // A column more, which stays after a reload.
  const heads = () => page.locator('[role=columnheader]').allTextContents();
  assert.ok(!(await heads()).includes('External id'));
  await choose(page, page.getByRole('button', { name: 'Columns' }), 'External id', 'menuitemcheckbox');
  await shows(page, '.row', 'quorum:4');
  await page.reload();
  await shows(page, '.row', 'quorum:4');
  assert.ok((await heads()).includes('External id'));

  // The selected ones as a file.
  await box(0).click();
  await box(1).click({ modifiers: ['Shift'] });
  const downloading = page.waitForEvent('download');
  await choose(page, selected.getByRole('button', { name: 'Export' }), 'CSV');
  const rows = readFileSync(await (await downloading).path(), 'utf8').trim().split(/\r?\n/);
  assert.equal(rows.length, 3, rows.join('\n'));
  for (const at of [0, 1]) assert.ok(rows.some((row) => row.includes(names[at]) && row.includes(`quorum:${at}`)), rows.join('\n'));

  // The same two, side by side.
  await selected.getByRole('link', { name: 'Merge' }).click();
  await page.waitForURL(/#\/duplicates\?ids=/);
  for (const at of [0, 1]) await shows(page, 'main', names[at]);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}
