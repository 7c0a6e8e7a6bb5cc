// The main ways through the console by keyboard alone: no step of these uses the mouse, or a selector to act on.
import assert from 'node:assert/strict';
import { shows } from './people.mjs';

const TABS_MAX = 120;

/** What has the focus: its name, as a screen reader says it, and whether it is anything at all. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const labels = [...(element.labels ?? [])].map((label) => label.textContent).join(' ');
    const name = element.getAttribute('aria-label') ?? (labels || element.textContent);
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
    return { name: name.trim(), isLost: element === document.body, isSeen: ring || element.closest('.search') !== null };
  });

/** Goes on by Tab until something with a name has the focus, which is to be seen there. */
async function tabTo(page, name) {
  const passed = [];
  for (let step = 0; step < TABS_MAX; step += 1) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    if (here.name === name || (name instanceof RegExp && name.test(here.name))) {
      assert.ok(here.isSeen, `the focus is not seen on ${here.name}`);
      return;
    }
    passed.push(here.name.slice(0, 30));
  }
  assert.fail(`no way by Tab to ${name}; passed ${[...new Set(passed)].join(' | ')}`);
}

async function keys(page, ...all) {
  for (const key of all) await page.keyboard.press(key);
}

/** Waits until the focus is in something, before it is typed there. */
const focusIn = (page, selector) => page.waitForFunction((selector) => document.activeElement.matches(selector), selector);

/** Whoever goes on by keyboard is somewhere. */
async function isSomewhere(page, after) {
  await page.waitForTimeout(50);
  assert.equal((await focused(page)).isLost, false, `the focus is lost after ${after}`);
}

/** Goes to a page by the palette. */
async function palette(page, words) {
  await keys(page, 'Control+k');
  await focusIn(page, 'dialog [role=combobox]');
  await page.keyboard.type(words);
  await keys(page, 'Enter');
}

async function contacts(page) {
  await keys(page, '/');
  await focusIn(page, 'input[type=search]');
  await page.keyboard.type('keyla');
  await shows(page, '.row', 'Keyla Board');
  // It is also among what the first letters find; the answer to the whole word comes later, and begins the list anew.
  await page.waitForSelector('#rows[aria-rowcount="2"]');
  // From the search into the rows, and the first is opened.
  await keys(page, 'Enter', 'Enter');
  await shows(page, 'h1', 'Keyla Board');
  await isSomewhere(page, 'opening a contact');

  await keys(page, 'e');
  await focusIn(page, '[data-field=name] input');
  await keys(page, 'End');
  await page.keyboard.type(' II');
  await tabTo(page, 'Notes');
  await page.keyboard.type('by keyboard');
  await keys(page, 'Control+Enter');
  await shows(page, 'h1', 'Keyla Board II');
  await shows(page, '.section', 'by keyboard');
  await isSomewhere(page, 'saving');
  await keys(page, 'u');
  await page.waitForSelector('h1:not(:has-text("II"))');

  await keys(page, 'l');
  await focusIn(page, 'dialog input');
  await page.keyboard.type('A call');
  await keys(page, 'Control+Enter');
  await shows(page, '.event', 'A call');
  await isSomewhere(page, 'logging an interaction');

  await tabTo(page, 'Connect an account');
  await keys(page, 'Enter');
  await focusIn(page, 'input[type=email]');
  await page.keyboard.type('keyla@board.example');
  await keys(page, 'Enter');
  await shows(page, '.line', 'keyla@board.example');
  await isSomewhere(page, 'connecting a login');

  await tabTo(page, 'Interactions');
  await keys(page, 'ArrowRight');
  await shows(page, '.event', 'Login connected');

  // A menu is opened, gone through, and closed.
  await tabTo(page, 'More');
  await keys(page, 'Enter');
  await focusIn(page, '[role=menuitem]');
  await keys(page, 'Escape');
  assert.equal((await focused(page)).name, 'More');
  await keys(page, 'Enter');
  await focusIn(page, '[role=menuitem]');
  await keys(page, 'ArrowDown', 'Enter');
  await shows(page, '.notice', 'in the trash');
  await isSomewhere(page, 'trashing a contact');
  await keys(page, 'u');
  await page.waitForSelector('.notice', { state: 'detached' });
}

async function list(page) {
  await keys(page, 'g', 'c');
  await shows(page, 'h1', 'Contacts');
  await keys(page, 'c');
  await focusIn(page, 'dialog input');
  await page.keyboard.type('Keyra Board');
  await keys(page, 'Control+Enter');
  await shows(page, 'h1', 'Keyra Board');
  await keys(page, 'g', 'c', '/');
  await page.keyboard.type('board');
  await shows(page, '.row', 'Keyra Board');
  await keys(page, 'Enter', 'x', 'j', 'x');
  await shows(page, '.selected', '2 selected');
  await tabTo(page, 'Move to the trash');
  await keys(page, 'Enter');
  await shows(page, '.toast', '2 contacts are in the trash');
  await isSomewhere(page, 'trashing two');
  await keys(page, 'u');
  for (const name of ['Keyla Board', 'Keyra Board']) await shows(page, '.row', name);

  // Filters, columns and the order have no keys of their own.
  await tabTo(page, 'Add filter');
  await keys(page, 'Enter');
  await focusIn(page, '[role=menuitem]');
  await keys(page, 'End', 'Enter');
  await shows(page, '.chips', 'Without login');
  await isSomewhere(page, 'adding a filter');
  await tabTo(page, 'Remove: Without login');
  await keys(page, 'Enter');
  await page.waitForSelector('.contact-filters', { state: 'detached' });
  await isSomewhere(page, 'removing a filter');
  await tabTo(page, 'E-mail');
  await keys(page, 'Enter');
  await page.waitForSelector('[aria-sort=ascending]:has-text("E-mail")');
}

async function companies(page) {
  await keys(page, 'g', 'o');
  await shows(page, 'h1', 'Companies');
  await keys(page, 'c');
  await focusIn(page, 'dialog input');
  await page.keyboard.type('Keyboard Makers');
  await keys(page, 'Control+Enter');
  await shows(page, 'h1', 'Keyboard Makers');
  await keys(page, 'p');
  await focusIn(page, 'dialog [role=combobox]');
  await page.keyboard.type('Keyla');
  await shows(page, 'dialog [role=option]', 'Keyla Board');
  await keys(page, 'Enter');
  await keys(page, 'Control+Enter');
  await page.waitForSelector('dialog', { state: 'detached' });
  await shows(page, '.line', 'Keyla Board');
  await keys(page, 'e');
  await focusIn(page, 'dialog input');
  await keys(page, 'End');
  await page.keyboard.type(' Ltd');
  await keys(page, 'Control+Enter');
  await shows(page, 'h1', 'Keyboard Makers Ltd');
  await isSomewhere(page, 'changing a company');
}

async function trash(page) {
  await keys(page, 'g', 'c', '/');
  await page.keyboard.type('keyra');
  await shows(page, '.row', 'Keyra Board');
  await keys(page, 'Enter', 'x');
  await tabTo(page, 'Move to the trash');
  await keys(page, 'Enter');
  await palette(page, 'trash');
  await shows(page, 'h1', 'Trash');
  await shows(page, '.row', 'Keyra Board');
  await keys(page, 'j', 'x', 'r');
  await shows(page, '.toast', 'restored');
  await isSomewhere(page, 'restoring');
}

async function imports(page) {
  await palette(page, 'import');
  await shows(page, 'h1', 'Import');
  const chosen = page.waitForEvent('filechooser');
  await tabTo(page, /^Drop a file here/);
  await keys(page, 'Enter');
  const buffer = Buffer.from('name,email,shoe\nKeyna Board,keyna@board.example,42\n');
  await (await chosen).setFiles({ name: 'keys.csv', mimeType: 'text/csv', buffer });
  await shows(page, '.btn-primary', 'Import 1 record');
  await isSomewhere(page, 'choosing a file');
  await tabTo(page, 'Field for shoe');
  await keys(page, 'Home');
  await tabTo(page, 'Import 1 record');
  await keys(page, 'Enter');
  await page.waitForURL(/#\/import\/./);
  await shows(page, '.badge', 'Done');
  await tabTo(page, 'Undo the import');
  await keys(page, 'Enter');
  await page.waitForSelector('dialog');
  await tabTo(page, /^Undo/);
  await keys(page, 'Enter');
  await shows(page, '.badge', 'Undone');
  await isSomewhere(page, 'undoing an import');
}

async function duplicates(page) {
  await palette(page, 'duplicates');
  await shows(page, '.row', 'Keyvan Twin');
  await tabTo(page, 'One by one');
  await keys(page, 'Enter');
  await page.waitForSelector('.compare .result');
  for (let step = 0; step < TABS_MAX && !(await page.textContent('.compare thead')).includes('Keyvan Twin'); step += 1) {
    const before = page.url();
    await keys(page, 'j');
    await page.waitForURL((url) => url.href !== before);
    await page.waitForSelector('.compare .result');
  }
  await tabTo(page, 'Keep this one');
  await keys(page, 'ArrowRight');
  await keys(page, 'm');
  await shows(page, '.toast', '2 contacts merged');
  await isSomewhere(page, 'merging');
  await keys(page, 'u');
  await shows(page, '.toast', 'Taken back');
}

async function settings(page) {
  await keys(page, 'g', 's');
  await shows(page, 'h1', 'Your account');
  await tabTo(page, 'Name');
  await keys(page, 'Control+a');
  await page.keyboard.type('Key Admin');
  await keys(page, 'Enter');
  await shows(page, '.toast', 'Saved');
  await tabTo(page, 'API keys');
  await keys(page, 'Enter');
  await shows(page, 'h1', 'API keys');
  await tabTo(page, 'Create a key');
  await keys(page, 'Enter');
  await focusIn(page, 'dialog input');
  await page.keyboard.type('Keyboard');
  await keys(page, 'Control+Enter');
  await shows(page, 'dialog', 'Store it now');
  await tabTo(page, 'I have stored it');
  await keys(page, 'Enter');
  await page.waitForSelector('dialog', { state: 'detached' });
  await shows(page, '.lines', 'Keyboard');
  await isSomewhere(page, 'creating a key');
  await keys(page, '?');
  await shows(page, 'dialog', 'Keys');
  await keys(page, 'Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
}

/** Goes through the console as somebody who has no mouse. */
export async function worksWithoutAMouse(people) {
  const { page, context, ask, complaints, refused } = await people.open('ADMIN', '#/contacts');
  await ask(`mutation {
    a: createContact(input: { name: "Keyla Board" }) { contact { id } }
    b: createContact(input: { name: "Keyvan Twin", email: "keyvan@twin.example", birthday: "1980-04-12" }) { contact { id } }
    c: createContact(input: { name: "Keyvan Twin", email: "keyvan@twin.example", birthday: "1980-04-12" }) { contact { id } }
  }`);
  await page.waitForSelector('.row');
  for (const way of [contacts, list, companies, trash, imports, duplicates, settings]) await way(page);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}
