// Groups of duplicates by keyboard, while somebody else merges as well.
import assert from 'node:assert/strict';
import { shows, stands } from './people.mjs';

/** Two contacts that are certainly one person. */
export async function twins(ask, name, address) {
  const { data } = await ask(
    `mutation($one: ContactInput!, $other: ContactInput!) {
      one: createContact(input: $one) { contact { id } } other: createContact(input: $other) { contact { id } }
    }`,
    {
      one: { name, email: address, birthday: '1980-04-12', notes: 'first' },
      other: { name, email: address, birthday: '1980-04-12', notes: 'second', tags: ['x'] },
    },
  );
  return [data.one.contact.id, data.other.contact.id];
}

const merge = (ask, [survivor, absorbed]) =>
  ask('mutation($s: ID!, $a: [ID!]!) { mergeContacts(survivorId: $s, absorbedIds: $a) { batch { id } userErrors { message } } }', {
    s: survivor,
    a: [absorbed],
  });

const here = (page) => page.textContent('.compare thead');

export async function mergesByKeyboard(people) {
  const { page, ask, complaints, refused } = await people.open('MEMBER', '#/duplicates');
  const names = ['Quintus Abendroth', 'Berenike Zwolle', 'Thaddeus Quark'];
  const pairs = [];
  for (const [at, name] of names.entries()) pairs.push(await twins(ask, name, `twin${at}@example.org`));
  for (const name of names) await shows(page, '.table .row', name);
  const groups = async () => Number((await page.textContent('.page-detail')).split(' ')[0]);
  const before = await groups();

  await page.getByRole('link', { name: 'One by one' }).click();
  await page.waitForSelector('.compare .result');
  // From group to group until the first of these.
  const seek = async (name) => {
    for (let step = 0; step < before && !(await here(page)).includes(name); step += 1) {
      const shown = await here(page);
      await page.keyboard.press('j');
      await page.waitForFunction((text) => !['', text].includes(document.querySelector('.compare thead')?.textContent ?? ''), shown);
    }
    await shows(page, '.compare thead', name);
  };
  await seek(names[0]);
  await page.waitForSelector('.lost');
  const choice = page.locator('.compare input[name="notes"]:not(:checked)');
  const wanted = await choice.locator('xpath=..').textContent();
  await choice.check();
  await shows(page, '.compare td.result', wanted);
  await page.keyboard.press('m');
  await shows(page, '.toast', '2 contacts merged');
  await page.waitForFunction((name) => !document.querySelector('.compare thead')?.textContent.includes(name), names[0]);
  const merged = await ask('{ a: contact(id: "' + pairs[0][0] + '") { status notes } b: contact(id: "' + pairs[0][1] + '") { status notes } }');
  const live = Object.values(merged.data).filter(({ status }) => status === 'ACTIVE');
  assert.deepEqual(live.map(({ notes }) => notes), [wanted]);
  await page.keyboard.press('u');
  await shows(page, '.toast', 'Taken back');

  await page.keyboard.press('Escape');
  await page.click('a.back');
  await shows(page, '.table .row', names[0]);
  assert.equal(await groups(), before);

  // Not the same, and back.
  await page.getByText(names[1]).first().click();
  await shows(page, '.compare thead', names[1]);
  await page.waitForSelector('.compare .result');
  await page.keyboard.press('n');
  await shows(page, '.toast', 'different people');
  await page.click('.toast button:has-text("Undo")');
  await shows(page, '.toast', 'Taken back');

  // Somebody else merges the one that is looked at.
  await page.click('a.back');
  await shows(page, '.table .row', names[2]);
  await page.getByText(names[2]).first().click();
  await shows(page, '.compare thead', names[2]);
  const other = await people.open('ADMIN');
  await merge(other.ask, pairs[2]);
  await page.waitForFunction((name) => !document.querySelector('.compare thead')?.textContent.includes(name), names[2]);
  await stands(page);
  assert.deepEqual([complaints, refused], [[], []]);
  await other.context.close();
  await page.context().close();
}

export async function mergesAllCertain(people) {
  const { page, ask, complaints, refused } = await people.open('ADMIN', '#/duplicates');
  await twins(ask, 'Philippa Oudekerk', 'philippa@example.org');
  await shows(page, '.table .row', 'Philippa Oudekerk');
  await page.getByRole('button', { name: 'Merge all certain ones' }).click();
  await page.click('dialog .btn-primary');
  await shows(page, '.toast', 'merged');
  await page.waitForFunction(() => !document.querySelector('main').textContent.includes('Philippa Oudekerk'));
  await page.keyboard.press('u');
  await shows(page, '.table .row', 'Philippa Oudekerk');
  assert.deepEqual([complaints, refused], [[], []]);
  await page.context().close();
}

export async function comparesGivenOnes(people) {
  const { page, ask, complaints } = await people.open('MEMBER');
  const pair = await twins(ask, 'Given One', 'given@example.org');
  await page.goto(`${people.base}#/duplicates?ids=${pair.join()}`);
  await page.waitForSelector('.lost');
  assert.equal(await page.locator('.compare thead th a').count(), 2);
  await page.click('button:has-text("Merge 2")');
  await shows(page, '.toast', '2 contacts merged');
  await page.goto(`${people.base}#/duplicates?ids=${pair.join()}`);
  await shows(page, '.empty', 'no longer here');
  assert.deepEqual(complaints, []);
  await page.context().close();
}
