// What each page asks for as it is opened: nothing that it does not need, and nothing twice.
import assert from 'node:assert/strict';
import { operationsOf } from './operations.mjs';
import { stands } from './people.mjs';

export async function asksForNoMore(people, pages) {
  const { page, context, complaints, refused } = await people.open('ADMIN');
  const asked = operationsOf(page);
  for (const { name, place, asks } of pages) {
    // Another document, so that nothing is known.
    await page.goto('about:blank');
    asked.length = 0;
    await page.goto(people.base + place);
    await page.waitForSelector('.shell');
    await stands(page);
    await page.waitForLoadState('networkidle');
    const first = name.startsWith('contacts') ? 'BootContacts' : 'Boot';
    assert.deepEqual(asked.map((operation) => operation.name).sort(), [first, ...asks].sort(), name);
  }
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}
