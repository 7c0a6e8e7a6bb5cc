// Each role is shown what it may do, and nothing else.
import assert from 'node:assert/strict';
import { isMissing, visit } from './people.mjs';

/** Words of buttons that a VIEWER would be refused. */
const WRITES = /^(Add(?! filter)|Create|New|Edit|Import|Merge|Not the same|Delete|Trash|Restore|Undo|Invite|Save|Go on|Stop)\b/;
const RANKS = { CONTACT: 0, VIEWER: 1, MEMBER: 2, ADMIN: 3 };

export async function showsEachRoleItsOwn(people, pages) {
  for (const role of ['VIEWER', 'MEMBER', 'ADMIN']) {
    const { page, context, complaints, refused } = await people.open(role);
    for (const { name, place, role: least } of pages) {
      await visit(page, place);
      assert.equal(await isMissing(page), RANKS[role] < RANKS[least], `${role} at ${place}`);
      // Everybody writes to their own account.
      if (role !== 'VIEWER' || name === 'settings') continue;
      const words = await page.locator('main').locator('button, a.btn').evaluateAll((all) =>
        all.map((button) => (button.getAttribute('aria-label') ?? button.textContent).trim()),
      );
      assert.deepEqual(words.filter((word) => WRITES.test(word)), [], `a VIEWER at ${place}`);
      assert.equal(await page.locator('main :is(input, textarea):not([type=search], [type=checkbox])').count(), 0, place);
    }
    assert.deepEqual([complaints, refused], [[], []], role);
    await context.close();
  }
}

export async function showsAContactItsCardAlone(people, pages) {
  const { page, context, ask, complaints, refused } = await people.open('CONTACT', '#/');
  await page.waitForSelector('.shell');
  for (const { place } of pages.filter(({ role }) => role !== 'CONTACT')) {
    await visit(page, place);
    assert.ok(await isMissing(page), `a CONTACT at ${place}`);
  }
  assert.equal(await page.isVisible('input[type=search]'), false);
  await page.goto(`${people.base}#/`);
  await page.waitForSelector('.own a[href^="mailto:"]');
  const { data } = await ask('{ viewer { contact { name } } }');
  assert.equal(await page.textContent('h1'), data.viewer.contact.name);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}
