// The pages for people in Chromium, behind a proxy that serves the server under a path: making the first admin, signing in
// and out, setting a password, and what a page says where the browser will not keep the sign-in.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { problemsOf } from './console/looks.mjs';
import { complaintsOf, consoleStands, follow, graphiqlStands, launch } from './browser.mjs';
import { serveUnder } from './proxy.mjs';

const binary = process.env.LIAISON_BIN ?? new URL('../../target/debug/liaison', import.meta.url).pathname;
const artefacts = process.env.ARTIFACTS_DIR ?? new URL('../../target/artifacts', import.meta.url).pathname;
mkdirSync(artefacts, { recursive: true });
const PASSWORD = 'seven grey herons';
const [port, proxyPort] = [4125, 4126];
const base = `http://127.0.0.1:${proxyPort}/crm/`;

const folder = mkdtempSync(join(tmpdir(), 'liaison-pages-'));
const env = { ...process.env, DATABASE_URL: `sqlite://${folder}/liaison.db`, LIAISON_PUBLIC_URL: base, LIAISON_MAIL_DIR: `${folder}/mail`, RUST_LOG: 'info' };
const server = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, '--log-format', 'json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
process.once('exit', () => server.kill('SIGKILL'));
const log = [];
createInterface({ input: server.stderr }).on('line', (line) => log.push(line));
const setupLink = await new Promise((resolve) => {
  createInterface({ input: server.stdout }).on('line', (line) => line.includes('/setup#') && resolve(line.trim()));
});
const proxy = await serveUnder('/crm', proxyPort, port);
// A name that is not a loopback one, of the same machine.
const browser = await launch(['--host-resolver-rules=MAP contacts.test 127.0.0.1']);
const viewport = { width: 1400, height: 900 };
const context = await browser.newContext({ viewport });
const page = await context.newPage();
const complaints = complaintsOf(page);

const ask = (query, variables = {}) =>
  page.evaluate(async (body) => {
    const response = await fetch('graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return (await response.json()).data;
  }, JSON.stringify({ query, variables }));
/** Looks at the page in each way: by axe, and by pictures for the eye. */
async function looksWell(name) {
  assert.deepEqual(await problemsOf(page, name), []);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(viewport);
}
const focused = () => page.evaluate(() => document.activeElement.id);
const text = (selector) => page.textContent(selector);
const says = (selector, expected) => page.waitForSelector(`${selector}:has-text("${expected}")`);

async function makeTheFirstAdmin() {
  assert.ok(setupLink.startsWith(`${base}setup#`), setupLink);
  await page.goto(setupLink);
  assert.equal(await page.title(), 'Make the first admin · Liaison');
  assert.equal(page.url(), `${base}setup`, 'the token is taken out of the address');
  await says('#intro', 'There is no admin yet');
  await says('#password-rule', '8 to 128 characters');
  assert.equal(await focused(), 'email');
  assert.equal(await text('#warning'), '');
  await page.reload();
  assert.equal(await text('#message'), '', 'the token outlives a reload');
  await looksWell('setup');

  await page.fill('#email', 'root');
  await page.fill('#password', 'short');
  await page.click('#submit');
  await says('#email-error', 'not an e-mail address');
  await says('#password-error', 'at least 8 characters');
  assert.equal(await focused(), 'email');
  await looksWell('setup-errors');
  await page.fill('#email', 'root@example.com');
  await page.fill('#password', PASSWORD);
  await page.click('#submit');
  await consoleStands(page);
  assert.equal(page.url(), `${base}#/contacts`);
  const cookies = await context.cookies(base);
  assert.deepEqual(cookies.map(({ name, path, secure, httpOnly }) => [name, path, secure, httpOnly]), [
    ['__Secure-liaison', '/crm', true, true],
  ]);
}

async function followInGraphiql() {
  await page.goto(`${base}graphiql`);
  await graphiqlStands(page);
  const { createContact } = await ask('mutation { createContact(input: { name: "Ada" }) { contact { id } } }');
  const { changes } = await ask('{ changes(first: 0) { pageInfo { endCursor } } }');
  const rename = (id, name) =>
    ask('mutation($id: ID!, $name: String!) { updateContact(id: $id, input: { name: $name }) { contact { id } } }', { id, name });
  const socket = await follow(page, { cursor: changes.pageInfo.endCursor, contactId: createContact.contact.id, rename });
  assert.equal(socket, `ws://127.0.0.1:${proxyPort}/crm/graphql`);
}

// The server gives this page at / where its build has no console.
async function seeTheAccountWithoutConsole() {
  await page.route(`${base}account`, async (route) => {
    const body = await (await route.fetch()).text();
    await route.fulfill({ contentType: 'text/html', body: body.replace('data-has-console="true"', 'data-has-console="false"') });
  });
  await page.goto(`${base}account`);
  await says('#intro', `root@example.com, with the role ADMIN. The API is at ${base}graphql.`);
  await says('#message', 'This build of the server has no console in it');
  assert.equal(await page.isVisible('#to-console'), false);
  await looksWell('account-without-console');
  await page.unroute(`${base}account`);
}

async function signOutAndIn() {
  await page.goto(`${base}account`);
  assert.equal(await page.title(), 'Your account · Liaison');
  await says('#intro', 'root@example.com, with the role ADMIN');
  await looksWell('account');
  await page.click('#sign-out');
  await page.waitForURL(base);
  assert.equal(await page.title(), 'Sign in · Liaison');
  assert.equal(await focused(), 'email');
  assert.equal(await text('#password-rule'), '');
  await looksWell('sign-in');
  await page.click('#forgot');
  await says('#email-error', 'Type the address of your account first');
  await page.fill('#email', 'root@example.com');
  await page.fill('#password', 'not the password');
  await page.click('#submit');
  await says('#message', 'do not match');
  await looksWell('sign-in-refused');
  await page.fill('#password', PASSWORD);
  await page.click('#submit');
  await consoleStands(page);
}

async function comeTooLate() {
  await page.goto(setupLink);
  await says('h1', 'Liaison is set up');
  await says('#intro', 'There is an admin already');
  await looksWell('set-up');
  assert.equal(page.url(), `${base}setup`);
  await page.click('#to-sign-in');
  await page.waitForURL(`${base}sign-in`);
}

async function setPassword() {
  const printed = execFileSync(binary, ['user', 'create', '--email', 'ada@example.com', '--role', 'viewer'], { env });
  const [link] = printed.toString().match(/http\S+/);
  await context.clearCookies();
  await page.goto(`${base}set-password`);
  assert.equal(await page.title(), 'Set your password · Liaison');
  assert.equal(await focused(), 'password');
  await says('#message', 'Open the link in your mail');
  // Into the same tab: only what stands behind the # differs.
  await page.goto(link);
  await page.waitForURL(`${base}set-password`);
  await page.reload();
  assert.equal(await text('#message'), '');
  await page.fill('#password', 'password');
  await page.click('#submit');
  await says('#password-error', 'tried first');
  await looksWell('set-password');
  await page.fill('#password', PASSWORD);
  await page.click('#submit');
  await consoleStands(page);
  assert.equal((await ask('{ viewer { user { email } } }')).viewer.user.email, 'ada@example.com');
  // The link was for once, and going back does not bring it back.
  await page.goto(link);
  await page.fill('#password', PASSWORD);
  await page.click('#submit');
  await says('#message', 'was used or has expired');
}

async function signInInClear() {
  await context.clearCookies();
  await page.goto(base.replace('127.0.0.1', 'contacts.test'));
  await says('#warning', 'opened over plain http');
  await looksWell('plain-http');
  for (let time = 0; time < 2; time += 1) {
    await page.fill('#email', 'root@example.com');
    await page.fill('#password', PASSWORD);
    await page.click('#submit');
    await says('#message', 'has not kept the sign-in. The reason stands above: this page was opened over plain http.');
    await page.reload();
  }
  const warnings = log.filter((line) => line.includes('over plain http'));
  assert.equal(warnings.length, 1, 'once a minute');
  assert.ok(warnings[0].includes('contacts.test'));
}

try {
  await makeTheFirstAdmin();
  await followInGraphiql();
  await seeTheAccountWithoutConsole();
  await signOutAndIn();
  await comeTooLate();
  await setPassword();
  assert.deepEqual([complaints, proxy.strays], [[], []]);
  // Chromium has complaints of its own about plain http.
  await signInInClear();
  console.log('Pages: under a path, the first admin, signing out and in, a password by link, and plain http said to be so');
} catch (error) {
  await page.screenshot({ path: `${artefacts}/pages.png` });
  console.error([...complaints, ...proxy.strays, ...log.slice(-5)].join('\n'));
  throw error;
} finally {
  await browser.close();
  proxy.close();
  server.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
