// Pictures for the documentation: `LIAISON_PICTURES=docs/pictures npm run console`.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { stands, visit } from './people.mjs';

// The machine of the tests may have no fonts for the others.
const SHOWN = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]*$/u;
const CONTACTS = `{ contacts(first: 100) { nodes {
  id name email phone primaryMembership { company { name } } interactions(first: 1) { totalCount }
} pageInfo { hasNextPage } } }`;
const TRASH = 'mutation($ids: [ID!]!) { trashContacts(ids: $ids) { userErrors { message } } }';

/** A list of contacts and the page of one, among people of the demo. */
export async function photographForTheReadme(people, folder) {
  const to = resolve(process.env.INIT_CWD ?? '.', folder);
  mkdirSync(to, { recursive: true });
  const { page, context, ask } = await people.open('MEMBER');
  // Those of the tests have no company; what is left fills a window.
  const { nodes } = (await ask(CONTACTS)).data.contacts;
  const isGood = ({ name, primaryMembership: job }) => job && SHOWN.test(name) && SHOWN.test(job.company.name);
  const others = nodes.filter((contact) => !isGood(contact)).map(({ id }) => id);
  await ask(TRASH, { ids: others });
  const rich = nodes
    .filter((contact) => isGood(contact) && contact.email && contact.phone)
    .sort((one, other) => other.interactions.totalCount - one.interactions.totalCount)[0];
  const places = { contacts: '#/contacts', contact: `#/contacts/${rich.id}` };
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 600 });
  for (const [name, place] of Object.entries(places)) {
    await visit(page, place);
    await page.reload();
    await page.waitForSelector('.shell');
    await stands(page);
    await page.screenshot({ path: `${to}/console-${name}.png` });
  }
  await context.close();
}
