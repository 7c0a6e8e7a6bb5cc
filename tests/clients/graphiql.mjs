// GraphiQL in headless Chromium without a network: it loads, runs a query, and shows the documentation.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { url } from './server.mjs';

const page_url = new URL('/', url).href;
const artefacts = process.env.ARTIFACTS_DIR ?? new URL('../../target/artifacts', import.meta.url).pathname;
mkdirSync(artefacts, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
const complaints = [];
page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
page.on('pageerror', (error) => complaints.push(String(error)));
await page.route('**', (route) => {
  const target = route.request().url();
  if (target.startsWith(page_url) || /^(data|blob):/.test(target)) return route.continue();
  complaints.push(`asked for ${target}`);
  return route.abort();
});

try {
  await page.goto(page_url);
  await page.waitForSelector('.graphiql-query-editor .view-lines', { timeout: 30_000 });
  const answered = page.waitForResponse((response) =>
    response.url() === new URL('/graphql', url).href && (response.request().postData() ?? '').includes('query Contacts'));
  await page.click('button.graphiql-execute-button');
  const answer = await (await answered).json();
  assert.equal(answer.errors, undefined);
  assert.equal(typeof answer.data.contacts.totalCount, 'number');
  // The editor renders the lines in view only, with no-break spaces: what is looked for stands at the top.
  await page.waitForFunction(
    (expected) => document.querySelector('.result-window')?.textContent.replaceAll('\u00a0', ' ').includes(expected),
    `"totalCount": ${answer.data.contacts.totalCount}`,
  );

  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.click('a.graphiql-doc-explorer-type-name:text-is("Query")');
  await page.waitForSelector('.graphiql-doc-explorer-content >> text=contactByIdentifier');
  await page.screenshot({ path: `${artefacts}/graphiql.png` });
  assert.deepEqual(complaints, []);
  console.log('GraphiQL: loaded offline, ran a query, showed the documentation');
} catch (error) {
  await page.screenshot({ path: `${artefacts}/graphiql.png` });
  console.error(complaints.join('\n'));
  throw error;
} finally {
  await browser.close();
}
