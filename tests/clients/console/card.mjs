// The card of a contact: lists of ways to reach somebody, and companies; each is taken back as well.
import assert from 'node:assert/strict';
import { becomes, shows, visit } from './people.mjs';

const CARD = `query($id: ID!) { contact(id: $id) {
  emails { value label } phones { value label } addresses { street locality }
  memberships { company { name } role isPrimary } } }`;

export async function keepsTheWholeCard(people) {
  const { page, context, ask, complaints, refused } = await people.open('MEMBER', '#/contacts');
  const { data } = await ask('mutation { createContact(input: { name: "Ottilie Vaux", email: "first@vaux.example" }) { contact { id } } }');
  const { id } = data.createContact.contact;
  const card = async () => (await ask(CARD, { id })).data.contact;
  const first = { value: 'first@vaux.example', label: null };
  await visit(page, `#/contacts/${id}`);
  await shows(page, 'h1', 'Ottilie Vaux');

  // A second address, a number, and where somebody lives.
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'E-mail address', exact: true }).click();
  await page.getByLabel('E-mail addresses 2', { exact: true }).fill('home@vaux.example');
  await page.locator('[data-field=emails]').getByLabel('Label 2', { exact: true }).fill('home');
  await page.getByRole('button', { name: 'Phone number', exact: true }).click();
  await page.getByLabel('Phone numbers 1', { exact: true }).fill('+44 20 7946 0321');
  await page.getByRole('button', { name: 'Address', exact: true }).click();
  await page.locator('[data-field=addresses]').getByLabel('Street').fill('1 Mill Lane');
  await page.locator('[data-field=addresses]').getByLabel(/City|Town|Locality/).fill('Bath');
  await page.keyboard.press('Control+Enter');
  await shows(page, '.toast', 'Saved');
  const { emails, phones, addresses } = await card();
  assert.deepEqual(emails, [first, { value: 'home@vaux.example', label: 'home' }]);
  assert.deepEqual(phones, [{ value: '+44 20 7946 0321', label: null }]);
  assert.deepEqual(addresses, [{ street: '1 Mill Lane', locality: 'Bath' }]);
  await page.keyboard.press('u');
  await becomes(card, ({ emails, phones, addresses }) => [emails, phones, addresses], [[first], [], []]);

  // Two companies, of which the second becomes the primary one.
  for (const name of ['Vaux Mills', 'Vaux Press']) {
    await page.getByRole('button', { name: 'Add a company' }).click();
    await page.locator('dialog').getByRole('combobox').pressSequentially(name);
    await page.getByRole('option', { name: `Create “${name}”` }).click();
    await page.locator('dialog').getByLabel('Role').fill('Miller');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('dialog', { state: 'detached' });
    await shows(page, 'main', name);
  }
  const companies = ({ memberships }) => memberships.map(({ company, role, isPrimary }) => [company.name, role, isPrimary]).sort();
  await becomes(card, companies, [['Vaux Mills', 'Miller', true], ['Vaux Press', 'Miller', false]]);
  const menu = () => page.getByRole('button', { name: 'More: Vaux Press' }).click();
  await menu();
  await page.getByRole('menuitem', { name: 'Make it the primary company' }).click();
  await becomes(card, companies, [['Vaux Mills', 'Miller', false], ['Vaux Press', 'Miller', true]]);
  await menu();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await shows(page, '.toast', 'The company was taken away');
  await becomes(card, companies, [['Vaux Mills', 'Miller', true]]);
  await page.keyboard.press('u');
  await becomes(card, companies, [['Vaux Mills', 'Miller', false], ['Vaux Press', 'Miller', true]]);
  assert.deepEqual([complaints, refused], [[], []]);
  await context.close();
}
