// The programs in `examples/`, as their readers start them: the scripts against `serve --dev`, the page in a browser against a
// server that asks for a login.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintsOf, launch } from './browser.mjs';
import { printed, start, until } from './programs.mjs';

const binary = process.env.LIAISON_BIN ?? new URL('../../target/debug/liaison', import.meta.url).pathname;
const examples = new URL('../../examples/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'liaison-examples-'));
const PASSWORD = 'seven grey herons';

/** A server with a database of its own. */
async function serve(name, port, args, env = {}) {
  const databaseUrl = `sqlite://${join(folder, name)}.db`;
  const listen = ['--listen', `127.0.0.1:${port}`, '--database-url', databaseUrl];
  const settings = { env: { ...process.env, RUST_LOG: 'info', LIAISON_MAIL_DIR: join(folder, 'mail'), ...env } };
  const server = start(binary, ['serve', ...listen, '--log-format', 'json', ...args], settings);
  await printed(server, '"address"');
  const operator = (...words) => execFileSync(binary, [...words, '--database-url', databaseUrl], { encoding: 'utf8' });
  return { ...server, operator, origin: `http://127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/graphql` };
}

async function ask(url, query, variables = {}, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

const CREATE = 'mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }';
const RENAME = 'mutation($id: ID!, $name: String!) { updateContact(id: $id, input: { name: $name }) { contact { id } } }';
const TRASH = 'mutation($id: ID!) { trashContact(id: $id) { userErrors { code } } }';

async function checkScripts(server, guarded) {
  const env = { ...process.env, LIAISON_URL: server.url, LIAISON_TOKEN: '' };
  const answers = execFileSync(join(examples, 'queries.sh'), { env, encoding: 'utf8' }).split('\n').filter((line) => line.startsWith('{'));
  const [created, found, people] = answers.map((answer) => JSON.parse(answer).data);
  assert.deepEqual(created.createContact.userErrors, []);
  assert.equal(found.searchContacts[0].id, created.createContact.contact.id);
  assert.equal(people.contacts.nodes[0].primaryMembership.company.name, 'Compilers');

  const { changes } = await ask(server.url, '{ changes(first: 0) { pageInfo { endCursor } } }');
  await ask(server.url, CREATE, { name: 'Followed' });
  const follow = (args, settings = env) => start('node', ['follow.mjs', ...args], { cwd: join(examples, 'graphql-ws'), env: settings });
  const followers = [start(join(examples, 'subscription.sh'), [changes.pageInfo.endCursor], { env }), follow([changes.pageInfo.endCursor])];
  for (const follower of followers) {
    await printed(follower, 'Followed');
    await follower.stop();
  }
  const refused = follow([], { ...env, LIAISON_URL: guarded.url, LIAISON_TOKEN: 'of nobody' });
  assert.equal(await refused.ended, 1);
  console.log('Examples: three queries, and the changes by curl and by graphql-ws');
}

async function checkPage(server) {
  const link = server.operator('user', 'create', '--email', 'ada@example.com', '--role', 'member').match(/#(\S+)/)[1];
  const { setPassword } = await ask(
    server.url,
    'mutation($token: String!, $password: String!) { setPassword(token: $token, password: $password) { token } }',
    { token: link, password: PASSWORD },
  );
  const asAda = (query, variables) => ask(server.url, query, variables, { authorization: `Bearer ${setPassword.token}` });
  for (let number = 10; number < 35; number += 1) await asAda(CREATE, { name: `Contact ${number}` });

  const home = 'http://localhost:4129/';
  const vite = start('node', ['node_modules/vite/bin/vite.js', '--port', '4129', '--strictPort'], {
    cwd: join(examples, 'react'),
    env: { ...process.env, LIAISON_ORIGIN: server.origin, NO_COLOR: '1' },
  });
  await printed(vite, 'ready in');
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    const signIn = async (password) => {
      await page.fill('[name=email]', 'ada@example.com');
      await page.fill('[name=password]', password);
      await page.click('text="Sign in" >> visible=true >> nth=-1');
    };
    const shows = (text) => page.waitForSelector(`text=${text}`);
    const count = () => page.locator('li').count();
    await page.goto(home);
    await page.waitForSelector('[name=email]');
    await signIn('not the password');
    await shows('do not match');
    await signIn(PASSWORD);
    await shows('ada@example.com, MEMBER');
    await shows('25 contacts');
    assert.equal(await count(), 20);
    await page.click('text=More');
    await until(async () => (await count()) === 25, () => 'the second page is not added');

    // Changes that others make, also to the order and the length of the list.
    const { createContact } = await asAda(CREATE, { name: 'Aaron' });
    await shows('26 contacts');
    await shows('Aaron');
    await asAda(RENAME, { id: createContact.contact.id, name: 'Abigail' });
    await shows('Abigail');
    await asAda(TRASH, { id: createContact.contact.id });
    await shows('25 contacts');
    assert.equal(await count(), 25);

    await page.fill('[type=search]', 'contact 2');
    await shows('12 contacts');
    await page.click('text=Sign out');
    await page.waitForSelector('[name=email]');
    assert.deepEqual(await page.context().cookies(), []);

    // A session that ends elsewhere ends the page's.
    await signIn(PASSWORD);
    await shows('25 contacts');
    server.operator('user', 'sign-out', '--email', 'ada@example.com');
    await page.waitForSelector('[name=email]');
    assert.deepEqual(complaints, []);
    console.log('Examples: the page signs in by cookie, shows pages and live changes, and signs out');
  } finally {
    await browser.close();
    await vite.stop();
  }
}

/** The files of docs/spa.md make a page as they stand there. */
async function checkGuide(server) {
  const app = join(folder, 'app');
  mkdirSync(join(app, 'src'), { recursive: true });
  symlinkSync(join(examples, 'react/node_modules'), join(app, 'node_modules'));
  for (const name of ['tsconfig.json', 'index.html']) copyFileSync(join(examples, 'react', name), join(app, name));
  const guide = readFileSync(new URL('../../docs/spa.md', import.meta.url), 'utf8');
  for (const [, block, name] of guide.matchAll(/```(?:tsx?|graphql)\n((?:\/\/|#) (\S+)\n.*?)```/gs)) {
    writeFileSync(join(app, name), block.replace('http://127.0.0.1:4000', server.origin));
  }
  writeFileSync(join(app, 'schema.graphql'), execFileSync(binary, ['schema']));
  const run = (script, ...args) => execFileSync('node', [join('node_modules', script), ...args], { cwd: app, stdio: ['ignore', 'ignore', 'inherit'] });
  run('@graphql-codegen/cli/esm/bin.js', '--silent', '--config', 'codegen.ts');
  run('typescript/bin/tsc');
  const vite = start('node', ['node_modules/vite/bin/vite.js', '--port', '4130', '--strictPort'], { cwd: app });
  await printed(vite, 'ready in');
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto('http://localhost:4130/');
    await page.fill('[type=search]', 'hopper');
    await page.waitForSelector('li:has-text("Grace Hopper")');
    console.log('Examples: the page of docs/spa.md');
  } finally {
    await browser.close();
    await vite.stop();
  }
}

const open = await serve('open', 4127, ['--dev']);
const guarded = await serve('guarded', 4128, []);
await checkScripts(open, guarded);
await checkGuide(open);
await checkPage(guarded);
await open.stop();
await guarded.stop();
rmSync(folder, { recursive: true });
