// GraphiQL in headless Chromium without a network: it loads, runs a query, shows the documentation, and follows a
// subscription.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { complaintsOf, follow, graphiqlStands, launch, shows } from './browser.mjs';
import { url } from './server.mjs';

const origin = new URL('/', url).href;
const artefacts = process.env.ARTIFACTS_DIR ?? new URL('../../target/artifacts', import.meta.url).pathname;
mkdirSync(artefacts, { recursive: true });

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
const complaints = complaintsOf(page);
await page.route('**', (route) => {
  const target = route.request().url();
  if (target.startsWith(origin) || /^(data|blob):/.test(target)) return route.continue();
  complaints.push(`asked for ${target}`);
  return route.abort();
});

async function ask(query, variables = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

try {
  await page.goto(`${origin}graphiql`);
  await graphiqlStands(page);
  const answered = page.waitForResponse((response) =>
    response.url() === new URL('/graphql', url).href && (response.request().postData() ?? '').includes('query Contacts'));
  await page.click('button.graphiql-execute-button');
  const answer = await (await answered).json();
  assert.equal(answer.errors, undefined);
  assert.equal(typeof answer.data.contacts.totalCount, 'number');
  await shows(page, `"totalCount": ${answer.data.contacts.totalCount}`);

  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.click('a.graphiql-doc-explorer-type-name:text-is("Query")');
  await page.waitForSelector('.graphiql-doc-explorer-content >> text=contactByIdentifier');
  await page.screenshot({ path: `${artefacts}/graphiql.png` });

  const { createContact } = await ask('mutation { createContact(input: { name: "Ada" }) { contact { id } } }');
  const contactId = createContact.contact.id;
  const { changes } = await ask('{ changes(first: 0) { pageInfo { endCursor } } }');
  const rename = (id, name) =>
    ask('mutation($id: ID!, $name: String!) { updateContact(id: $id, input: { name: $name }) { contact { id } } }', { id, name });
  await follow(page, { cursor: changes.pageInfo.endCursor, contactId, rename });
  await ask('mutation($id: ID!) { deleteContact(id: $id) { deletedContactId } }', { id: contactId });
  await page.screenshot({ path: `${artefacts}/graphiql-subscription.png` });
  assert.deepEqual(complaints, []);
  console.log('GraphiQL: loaded offline, ran a query, showed the documentation, followed a subscription');
} catch (error) {
  await page.screenshot({ path: `${artefacts}/graphiql.png` });
  console.error(complaints.join('\n'));
  throw error;
} finally {
  await browser.close();
}
