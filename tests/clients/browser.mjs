// A real browser, and what the tests do with GraphiQL in it.
import { chromium } from 'playwright-core';

/** Chromium without a window; `args` go to it as they are. */
export const launch = (args = []) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...args],
  });

/** Whatever the page complains of, from now on. */
export function complaintsOf(page) {
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Asks the API from within a page, with its cookie. */
export const asking = (page) => (query, variables = {}) =>
  page.evaluate(async (body) => {
    const response = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return response.json();
  }, JSON.stringify({ query, variables }));

/** Waits until the console shows its contacts. */
export const consoleStands = (page) => page.waitForSelector('.shell h1:has-text("Contacts")', { timeout: 30_000 });

/** Waits until GraphiQL's editor stands. */
export const graphiqlStands = (page) => page.waitForSelector('.graphiql-query-editor .view-lines', { timeout: 30_000 });

/** Puts an operation with a name into GraphiQL's editor, in the place of what stands there, and runs it. */
export async function execute(page, name, operation) {
  await page.click('.graphiql-query-editor .view-lines');
  await page.keyboard.press('Control+A');
  // Typed letter by letter, the editor would complete it.
  await page.keyboard.insertText(operation);
  // GraphiQL takes a moment to see what it is.
  await page.waitForSelector(`.graphiql-tab-button:has-text("${name}")`);
  await page.click('button.graphiql-execute-button');
}

/** Waits until GraphiQL shows a text among the results. */
export const shows = (page, expected) =>
  // The editor renders the lines in view only, with no-break spaces: what is looked for stands at the top.
  page.waitForFunction(
    (text) => document.querySelector('.result-window')?.textContent.replaceAll('\u00a0', ' ').includes(text),
    expected,
  );

/** GraphiQL follows a contact while `rename` gives it new names, and stops when told to. */
export async function follow(page, { cursor, contactId, rename }) {
  const opened = page.waitForEvent('websocket');
  await execute(page, 'Follow', `subscription Follow { changes(after: "${cursor}") { node { subject { ... on Contact { name } } } } }`);
  const socket = await opened;
  for (const name of ['Ada the first', 'Ada the second']) {
    await rename(contactId, name);
    await shows(page, `"name": "${name}"`);
  }
  const closed = socket.waitForEvent('close');
  await page.click('button.graphiql-execute-button');
  await closed;
  return socket.url();
}
