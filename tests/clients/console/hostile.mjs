// Names and addresses that begin with the interface's own markup stay text.
import assert from 'node:assert/strict';
import { stands, visit } from './people.mjs';
import { twins } from './duplicates.mjs';

const NAMES = [
  '<img src=x onerror="globalThis.isHit=true">',
  '</bdi></a><script>globalThis.isHit=true</script>',
  '{{constructor.constructor("globalThis.isHit=true")()}}',
  'javascript:globalThis.isHit=true',
  '\u202Egnirts desrever \u0645\u062D\u0645\u062F',
  'W'.repeat(255),
];

export async function keepsHostileNamesText(people, pages) {
  const { page, context, ask, complaints } = await people.open('MEMBER');
  const groups = [];
  for (const [at, name] of NAMES.entries()) groups.push(await twins(ask, name, `"<b>${at}</b>"@example.org`));
  for (const name of NAMES) {
    await visit(page, `#/contacts?search=${encodeURIComponent(name.replace(/\W+/g, ' ').trim().slice(0, 20))}`);
    await stands(page);
  }
  await visit(page, '#/contacts?search=globalThis');
  for (const name of NAMES.slice(0, 4)) {
    // The rows before stay until those that were searched are there.
    await page.locator('.row bdi.strong', { hasText: name }).first().waitFor();
  }
  for (const ids of groups) {
    await visit(page, `#/duplicates?ids=${ids.join()}`);
    await page.waitForSelector('.compare');
    for (const { place } of pages.filter(({ name }) => name === 'contact')) {
      await visit(page, place.replace(/[^/]+$/, ids[0]));
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'no sideways scrolling');
  }
  await visit(page, '#/duplicates');
  await visit(page, `#/contacts?search=${encodeURIComponent(NAMES[0])}`);
  assert.equal(await page.evaluate(() => globalThis.isHit), undefined);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.deepEqual(complaints, []);
  // The lists of later tests are short again.
  await ask('mutation($ids: [ID!]!) { trashContacts(ids: $ids) { userErrors { message } } }', { ids: groups.flat() });
  await context.close();
}
