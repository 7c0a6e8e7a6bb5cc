// Signing in at a real provider of OpenID Connect, with a real browser: a new user, one that has an account, a placeholder,
// a change of roles, and signing out at the provider, which has a certificate of an authority of its own. On both databases.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { asking, launch } from './browser.mjs';
import { authority } from './certificates.mjs';
import { Postgres } from './postgres.mjs';

const binary = process.env.LIAISON_BIN ?? new URL('../../target/debug/liaison', import.meta.url).pathname;
const [port, providerPort] = [4137, 4138];
const [home, issuer] = [`http://127.0.0.1:${port}`, `https://localhost:${providerPort}`];
const SECRET = 'a secret of the client that nobody else knows';

const groups = { ada: ['staff'], bob: [], eve: [], ann: [], root: ['ops'] };
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'liaison',
      client_secret: SECRET,
      redirect_uris: [`${home}/oidc/our-id/callback`],
      post_logout_redirect_uris: [`${home}/sign-in`],
    },
  ],
  claims: { email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  cookies: { keys: ['the tests only'] },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@example.com`,
      email_verified: id !== 'eve',
      name: `The ${id} of the provider`,
      groups: groups[id],
    }),
  }),
});
const folder = mkdtempSync(join(tmpdir(), 'liaison-oidc-'));
const ours = authority(folder, 'ours');
const providing = createServer(ours.issue('localhost'), provider.callback()).listen(providerPort, '127.0.0.1');
await once(providing, 'listening');

const browser = await launch();

/** Signs in at the provider in a browser of somebody's own. Returns the page where the browser is in the end. */
async function signIn(who) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const complaints = [];
  // The provider's own pages want fonts from elsewhere.
  const isOurs = (message) => message.type() === 'error' && message.location().url.startsWith(home);
  page.on('console', (message) => isOurs(message) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${home}/sign-in`);
  assert.equal(await page.textContent('#providers a'), 'Sign in with Our Id');
  assert.equal(await page.isVisible('#account'), false, 'there is no form for a password');
  await page.goto(`${home}/oidc/our-id?return=/account`);
  await page.fill('input[name=login]', who);
  await page.fill('input[name=password]', 'any');
  await page.click('button[type=submit]');
  await page.waitForSelector('form[action] button[type=submit]:has-text("Continue")');
  await Promise.all([page.waitForURL(`${home}/**`), page.click('button[type=submit]')]);
  return { context, page, complaints, ask: asking(page) };
}

async function viewer({ page, ask }) {
  assert.equal(page.url(), `${home}/account`);
  const { role, user } = (await ask('{ viewer { role user { email name isPlaceholder } } }')).data.viewer;
  return [user.email, role, user.name, user.isPlaceholder];
}

async function run(databaseUrl, secretFile) {
  const settings = {
    DATABASE_URL: databaseUrl,
    LIAISON_PUBLIC_URL: home,
    SSL_CERT_FILE: ours.file,
    SSL_CERT_DIR: undefined,
    LIAISON_PASSWORDS: 'off',
    LIAISON_OIDC_OUR_ID_ISSUER: issuer,
    LIAISON_OIDC_OUR_ID_CLIENT_ID: 'liaison',
    LIAISON_OIDC_OUR_ID_CLIENT_SECRET_FILE: secretFile,
    LIAISON_OIDC_OUR_ID_SCOPES: 'openid email profile groups',
    LIAISON_OIDC_OUR_ID_ROLE_CLAIM: 'groups',
    LIAISON_OIDC_OUR_ID_ROLES: 'staff=member,ops=admin',
    LIAISON_OIDC_OUR_ID_DEFAULT_ROLE: 'viewer',
    LIAISON_OIDC_OUR_ID_ALLOW_NEW: 'true',
  };
  const env = { ...process.env, ...settings };
  const operate = (...args) => execFileSync(binary, args, { env, encoding: 'utf8', timeout: 60_000 });
  operate('user', 'create', '--email', 'ann@example.com', '--role', 'contact');
  const link = operate('user', 'create', '--email', 'bob@example.com', '--role', 'member').split('#').at(-1).trim();
  const mutation = 'mutation($token: String!) { setPassword(token: $token, password: "seven grey herons") { viewer { user { id } } } }';
  // While passwords let users in, one of them gets an account.
  const bob = await serving({ ...env, LIAISON_PASSWORDS: 'on' }, async () => {
    const body = JSON.stringify({ query: mutation, variables: { token: link } });
    const answer = await fetch(`${home}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return (await answer.json()).data.setPassword.viewer.user.id;
  });
  await serving(env, () => follow(operate, bob));
}

async function serving(env, act) {
  const server = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  try {
    for (let tries = 0; ; tries += 1) {
      if (await fetch(`${home}/readyz`).then((answer) => answer.ok, () => false)) break;
      assert.ok(tries < 300, 'the server does not start');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return await act();
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    process.removeListener('exit', kill);
  }
}

async function follow(operate, bob) {
  const root = await signIn('root');
  assert.deepEqual(await viewer(root), ['root@example.com', 'ADMIN', 'The root of the provider', false]);
  groups.ada = ['staff'];
  const ada = await signIn('ada');
  assert.deepEqual(await viewer(ada), ['ada@example.com', 'MEMBER', 'The ada of the provider', false]);
  const ann = await signIn('ann');
  assert.deepEqual(await viewer(ann), ['ann@example.com', 'VIEWER', 'The ann of the provider', false], 'a placeholder');
  const eve = await signIn('eve');
  assert.equal(eve.page.url(), `${home}/sign-in?failed=unverified`);
  await eve.page.waitForSelector('#message:has-text("verified your e-mail address")');

  // The next sign-in brings the groups of that moment.
  groups.ada = [];
  const again = await signIn('ada');
  assert.deepEqual(await viewer(again), ['ada@example.com', 'VIEWER', 'The ada of the provider', false]);
  assert.equal((await ada.ask('{ viewer { role } }')).data.viewer, null, 'the session with more rights has ended');
  groups.root = [];
  const last = await signIn('root');
  assert.equal((await viewer(last))[1], 'ADMIN', 'the last admin stays one');
  groups.root = ['ops'];

  // An account that exists is linked by the address that the provider has verified, and keeps its name.
  const linked = await signIn('bob');
  assert.deepEqual(await viewer(linked), ['bob@example.com', 'VIEWER', null, false]);
  assert.equal((await linked.ask('{ viewer { user { id } } }')).data.viewer.user.id, bob);
  const users = operate('user', 'list').trim().split('\n');
  assert.equal(users.length, 4, users.join('\n'));

  await again.page.click('#sign-out');
  await again.page.waitForURL(`${issuer}/**`);
  assert.match(again.page.url(), /[?&]id_token_hint=ey/);
  await Promise.all([again.page.waitForURL(`${home}/sign-in*`), again.page.click('button[name=logout]')]);
  assert.equal((await again.ask('{ viewer { role } }')).data.viewer, null);
  await again.page.goto(`${home}/oidc/our-id`);
  await again.page.waitForSelector('input[name=login]');
  for (const { complaints } of [root, ada, ann, eve]) assert.deepEqual(complaints, []);
  for (const { context } of [root, ada, ann, eve, again, last, linked]) await context.close();
}

const postgres = new Postgres();
try {
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${SECRET}\n`, { mode: 0o600 });
  await run(`sqlite://${folder}/liaison.db`, secretFile);
  await postgres.start();
  await run(postgres.url, secretFile);
  console.log('OpenID Connect: a new user, a linked one, a placeholder, roles by groups, and signing out, on SQLite and PostgreSQL');
} finally {
  await browser.close();
  await postgres.stop('SIGINT').catch(() => {});
  postgres.remove();
  providing.close();
  providing.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}
