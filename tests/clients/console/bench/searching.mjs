// How long from a key in the search until its result is on the screen.
import assert from 'node:assert/strict';
import { settled } from './browser.mjs';
import { percentile } from './figures.mjs';

const BUDGET_MS = 100;
const LETTERS = 4;

/** The beginnings of surnames, from places all over the list. */
async function words(ask, total, count) {
  const found = new Set();
  for (let at = 0; found.size < count && at < 4 * count; at += 1) {
    const from = String.fromCharCode(97 + ((at * 7) % 26)) + String.fromCharCode(97 + ((at * 11) % 26));
    const { data } = await ask('query($from: String!) { contacts(first: 1, filter: { name: { gte: $from } }) { nodes { name } } }', { from });
    const word = /[A-Za-z]{4,}$/.exec(data.contacts.nodes[0]?.name ?? '')?.[0].slice(0, LETTERS).toLowerCase();
    if (word) found.add(word);
  }
  assert.ok(found.size > 0, `no names among ${total} contacts`);
  return [...found];
}

/** What is on the screen is what the API answers. */
async function isResult(page, ask, search) {
  const { data } = await ask('query($search: String) { contacts(first: 1, search: $search) { totalCount nodes { id } } }', { search });
  const first = await page.evaluate(() => document.querySelector('#row-0 a')?.getAttribute('href'));
  assert.equal(first, `#/contacts/${data.contacts.nodes[0].id}`, `the result of ${search}`);
  // What is found is counted afterwards.
  await page.waitForSelector(`#rows[aria-rowcount="${data.contacts.totalCount + 1}"]`);
}

/** Types the beginnings of names, letter by letter, in a window with the list of contacts. */
export async function measureSearching(page, ask, figures, { total, count }) {
  const took = [];
  for (const word of await words(ask, total, count)) {
    await page.focus('input[type=search]');
    for (const letter of word) {
      await page.keyboard.press(letter);
      await settled(page);
      const ms = await page.evaluate(() => globalThis.probe.rowsSeenAt() - globalThis.probe.keyAt);
      assert.ok(ms > 0, `a key of ${word} does nothing`);
      took.push(ms);
    }
    await isResult(page, ask, word);
    await page.fill('input[type=search]', '');
    await settled(page);
  }
  figures.add('search result on the screen after the key', percentile(took, 0.95), 'ms', { budget: BUDGET_MS,
    how: `p95 of ${took.length} keys; median ${Math.round(percentile(took, 0.5))} ms, slowest ${Math.round(percentile(took, 1))} ms` });
}
