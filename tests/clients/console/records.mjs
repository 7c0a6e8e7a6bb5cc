// Contacts and companies by keyboard: added, changed by two at once, moved to the trash and back.
import assert from 'node:assert/strict';
import { shows, visit } from './people.mjs';

const create = async (ask, input) => {
  const { data } = await ask('mutation($input: ContactInput!) { createContact(input: $input) { contact { id } } }', { input });
  return data.createContact.contact.id;
};

/** One of two who change a contact keeps a field, and gets the other one's fields. */
export async function showsConflictsByField(people) {
  const [one, other] = [await people.open('MEMBER'), await people.open('ADMIN')];
  const id = await create(one.ask, { name: 'Conrad Zwist', notes: 'at first' });
  const stored = async () => (await one.ask(`{ contact(id: "${id}") { name notes } }`)).data.contact;
  for (const { page } of [one, other]) {
    await visit(page, `#/contacts/${id}`);
    await shows(page, 'h1', 'Conrad Zwist');
    await page.keyboard.press('e');
    await page.fill('[data-field=notes] textarea', page === one.page ? 'mine' : 'theirs');
  }
  await other.page.fill('[data-field=name] input', 'Konrad Zwist');
  await other.page.keyboard.press('Control+Enter');
  await shows(other.page, '.toast', 'Saved');

  await shows(one.page, '[data-field=notes] .conflict', 'theirs');
  assert.equal(await one.page.inputValue('[data-field=notes] textarea'), 'mine');
  await one.page.waitForFunction(() => document.querySelector('[data-field=name] input').value === 'Konrad Zwist');
  await one.page.getByRole('button', { name: 'Keep mine' }).click();
  await one.page.keyboard.press('Control+Enter');
  await shows(one.page, '.toast', 'Saved');
  assert.deepEqual(await stored(), { name: 'Konrad Zwist', notes: 'mine' });
  await shows(other.page, '.section', 'mine');
  await one.page.keyboard.press('u');
  await shows(one.page, '.section', 'theirs');
  assert.deepEqual(await stored(), { name: 'Konrad Zwist', notes: 'theirs' });
  for (const { context, complaints, refused } of [one, other]) {
    assert.deepEqual([complaints, refused], [[], []]);
    await context.close();
  }
}

/** The same for a company, whose form learns of it when it is saved. */
export async function showsConflictsOfCompanies(people) {
  const { page, context, ask, complaints, refused } = await people.open('MEMBER');
  const { data } = await ask('mutation { createCompany(input: { name: "Zwist & Co", notes: "at first" }) { company { id } } }');
  const { id } = data.createCompany.company;
  const stored = async () => (await ask(`{ company(id: "${id}") { name industry notes } }`)).data.company;
  const change = (input) =>
    ask('mutation($id: ID!, $input: CompanyInput!) { updateCompany(id: $id, input: $input) { company { id } } }', { id, input });
  await visit(page, `#/companies/${id}`);
  await page.keyboard.press('e');
  await page.fill('dialog [data-field=notes] textarea', 'mine');
  await change({ notes: 'theirs', industry: 'Law' });
  await page.keyboard.press('Control+Enter');
  await shows(page, 'dialog [data-field=notes] .conflict', 'theirs');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await page.keyboard.press('Control+Enter');
  await shows(page, '.toast', 'Saved');
  assert.deepEqual(await stored(), { name: 'Zwist & Co', industry: 'Law', notes: 'mine' });

  // What others have written to other fields is no hindrance.
  await page.keyboard.press('e');
  await page.fill('dialog [data-field=notes] textarea', 'mine again');
  await change({ industry: 'Peace' });
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.deepEqual(await stored(), { name: 'Zwist & Co', industry: 'Peace', notes: 'mine again' });
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}

/** A value that was changed is put back from the history, the status too, and again. */
export async function putsAValueBack(people) {
  const { page, context, ask, complaints, refused } = await people.open('MEMBER');
  const id = await create(ask, { name: 'Hilda Backe' });
  await ask('mutation($id: ID!) { updateContact(id: $id, input: { status: INACTIVE }) { contact { id } } }', { id });
  const status = async () => (await ask(`{ contact(id: "${id}") { status } }`)).data.contact.status;
  await visit(page, `#/contacts/${id}`);
  await shows(page, '.badge', 'Inactive');
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('button', { name: 'Put this value back: Status' }).click();
  await shows(page, '.toast', 'The value is back');
  assert.equal(await status(), 'ACTIVE');
  await page.keyboard.press('u');
  await shows(page, '.badge', 'Inactive');
  assert.equal(await status(), 'INACTIVE');
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}

/** Selected contacts go to the trash, and come back. */
export async function trashesManyAndTakesItBack(people) {
  const { page, context, ask, complaints, refused } = await people.open('MEMBER');
  for (const at of [1, 2, 3]) await create(ask, { name: `Bulkhead Zeta ${at}` });
  const active = async () => (await ask('{ contacts(search: "Bulkhead Zeta") { totalCount } }')).data.contacts.totalCount;
  await visit(page, '#/contacts?search=Bulkhead+Zeta');
  await shows(page, '.row', 'Bulkhead Zeta 3');
  await page.keyboard.press('j');
  for (const key of ['x', 'j', 'x']) await page.keyboard.press(key);
  await shows(page, '.selected', '2 selected');
  await page.locator('.selected').getByRole('button', { name: 'Move to the trash' }).click();
  await shows(page, '.toast', '2 contacts are in the trash');
  await page.waitForFunction(() => document.querySelectorAll('.row bdi.strong').length === 1);
  assert.equal(await active(), 1);
  await page.keyboard.press('u');
  for (const at of [1, 2, 3]) await shows(page, '.row', `Bulkhead Zeta ${at}`);
  assert.equal(await active(), 3);

  // All but one; then all that are in the trash.
  await page.getByLabel('Select all rows').click();
  await shows(page, '.selected', '3 selected');
  await page.locator('.row').first().getByRole('checkbox').click();
  await shows(page, '.selected', '2 selected');
  await page.locator('.selected').getByRole('button', { name: 'Move to the trash' }).click();
  await shows(page, '.toast', '2 contacts are in the trash');
  assert.equal(await active(), 1);
  await visit(page, '#/trash?search=Bulkhead+Zeta');
  await shows(page, '.row', 'Bulkhead Zeta 3');
  await page.getByLabel('Select all rows').click();
  await shows(page, 'main', '2 selected');
  await page.keyboard.press('r');
  await page.waitForFunction(() => document.querySelectorAll('.row').length === 0);
  assert.equal(await active(), 3);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}

/** A new contact is opened, after those are shown who may be the same person. */
export async function addsAContact(people) {
  const { page, context, ask, complaints, refused } = await people.open('MEMBER', '#/contacts');
  await create(ask, { name: 'Theodora Quillfeather', email: 'theodora@quill.example' });
  await page.waitForSelector('.row');
  await page.keyboard.press('c');
  await page.waitForSelector('dialog');
  await page.keyboard.type('Theodora Quillfeather');
  await page.keyboard.press('Tab');
  await page.keyboard.type('theodora@quill.example');
  await shows(page, 'dialog .known', 'theodora@quill.example');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/contacts\/./);
  await shows(page, 'h1', 'Theodora Quillfeather');
  await page.keyboard.press('u');
  await page.waitForURL(/#\/contacts$/);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}

export async function addsACompany(people) {
  const { page, context, complaints, refused } = await people.open('MEMBER', '#/companies');
  await page.waitForSelector('.row');
  await page.keyboard.press('c');
  await page.waitForSelector('dialog');
  await page.keyboard.type('Aardvark & Töchter');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/companies\/./);
  await shows(page, 'h1', 'Aardvark & Töchter');
  await visit(page, '#/companies');
  await shows(page, '.row', 'Aardvark & Töchter');
  await page.keyboard.press('u');
  await page.waitForFunction(() => !document.querySelector('main').textContent.includes('Aardvark & Töchter'));
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}
