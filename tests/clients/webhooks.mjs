// Webhooks of a running server: deliveries are verified by the npm package `standardwebhooks`, also while the secret is
// rotated, and the receivers of docs/webhooks.md take them as they stand there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { authority } from './certificates.mjs';
import { start, until } from './programs.mjs';

const binary = process.env.LIAISON_BIN ?? new URL('../../target/debug/liaison', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'liaison-webhooks-'));

const database = `sqlite://${join(folder, 'liaison.db')}`;
const ours = authority(folder, 'ours');
const settings = {
  ...process.env,
  DATABASE_URL: database,
  LIAISON_WEBHOOK_ALLOW: '127.0.0.1',
  LIAISON_SECRET_KEY: 'a key of this test, which is long enough',
  SSL_CERT_FILE: ours.file,
  SSL_CERT_DIR: undefined,
};
const server = start(binary, ['serve', '--dev', '--listen', '127.0.0.1:0', '--log-format', 'json'], { env: settings });
const serves = await until(() => server.lines.find((line) => line.includes('"address"')), () => server.lines.join('\n'));
const url = `http://${JSON.parse(serves).fields.address}/graphql`;

async function ask(query, variables = {}) {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

async function create(url) {
  const created = await ask(
    'mutation($url: String!) { createWebhook(input: { url: $url }) { webhook { id } secret userErrors { message } } }',
    { url },
  );
  assert.deepEqual(created.createWebhook.userErrors, []);
  return { id: created.createWebhook.webhook.id, secret: created.createWebhook.secret };
}

const contact = async (name) => (await ask(
  'mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }', { name },
)).createContact.contact.id;

/** A receiver that keeps what it is sent, over TLS if it has a certificate. */
async function receive(certificate) {
  const seen = [];
  const listen = certificate ? (take) => createTlsServer(certificate, take) : createServer;
  const receiver = listen(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    seen.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(204).end();
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address();
  const url = certificate ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`;
  return { seen, receiver, port, url };
}

async function checkSignatures() {
  const { seen, receiver, url: to } = await receive();
  const hook = await create(to);
  const id = await contact('Ann "Ünï" \u2028 🙂');
  await until(() => seen.length === 1, () => 'no delivery');
  const delivery = new Webhook(hook.secret).verify(seen[0].body, seen[0].headers);
  assert.deepEqual([delivery.type, delivery.changes[0].subjectId], ['changes', id]);
  assert.equal(delivery.cursor, seen[0].headers['webhook-id']);
  assert.throws(() => new Webhook(hook.secret).verify(`${seen[0].body} `, seen[0].headers));
  const rotate = 'mutation($id: ID!) { rotateWebhookSecret(id: $id) { secret } }';
  const { secret } = (await ask(rotate, { id: hook.id })).rotateWebhookSecret;
  await contact('Bob');
  await until(() => seen.length === 2, () => 'no second delivery');
  for (const each of [hook.secret, secret]) new Webhook(each).verify(seen[1].body, seen[1].headers);
  const other = (await ask(rotate, { id: hook.id })).rotateWebhookSecret.secret;
  await contact('Cyd');
  await until(() => seen.length === 3, () => 'no third delivery');
  for (const each of [secret, other]) new Webhook(each).verify(seen[2].body, seen[2].headers);
  assert.throws(() => new Webhook(hook.secret).verify(seen[2].body, seen[2].headers));
  const tested = start(binary, ['webhook', '--test', hook.id], { env: settings });
  await until(() => tested.lines.includes('The ping was taken.'), () => tested.lines.join('\n'));
  assert.deepEqual(new Webhook(other).verify(seen[3].body, seen[3].headers), { type: 'ping' });
  await ask('mutation($id: ID!) { deleteWebhook(id: $id) { userErrors { code } } }', { id: hook.id });
  receiver.close();
  receiver.closeAllConnections();
  console.log('Webhooks: standardwebhooks verifies deliveries, both secrets while one is rotated, and a ping');
}

/** Over TLS, deliveries go to servers of an authority that the operator trusts, and to no others. */
async function checkCertificates() {
  const trusted = await receive(ours.issue('localhost'));
  const named = await receive(ours.issue('elsewhere'));
  const unknown = await receive(authority(folder, 'another').issue('localhost'));
  const all = [trusted, named, unknown];
  for (const each of all) each.hook = await create(each.url);
  const id = await contact('Over TLS');
  await until(() => trusted.seen.length === 1, () => 'no delivery over TLS');
  const delivery = new Webhook(trusted.hook.secret).verify(trusted.seen[0].body, trusted.seen[0].headers);
  assert.equal(delivery.changes[0].subjectId, id);
  const failures = async () => (await ask('{ webhooks { id lastFailure } }')).webhooks;
  for (const { hook } of [named, unknown]) {
    const failure = () => failures().then((found) => found.find((each) => each.id === hook.id).lastFailure);
    assert.match(await until(failure, () => 'no failure'), /certificate/);
  }
  const tested = start(binary, ['webhook', '--test', trusted.hook.id], { env: settings });
  await until(() => tested.lines.includes('The ping was taken.'), () => tested.lines.join('\n'));
  const nothing = join(folder, 'nothing.pem');
  writeFileSync(nothing, '');
  const empty = start(binary, ['webhook', '--test', trusted.hook.id], { env: { ...settings, SSL_CERT_FILE: nothing } });
  await until(() => empty.lines.find((line) => line.includes('SSL_CERT_FILE')), () => empty.lines.join('\n'));
  assert.deepEqual(all.map(({ seen }) => seen.length), [2, 0, 0]);
  for (const { hook, receiver } of all) {
    await ask('mutation($id: ID!) { deleteWebhook(id: $id) { userErrors { code } } }', { id: hook.id });
    receiver.close();
    receiver.closeAllConnections();
  }
  console.log('Webhooks: over TLS, to servers of an authority that the operator trusts alone');
}

/** The receivers of the guide. */
async function checkGuide() {
  const guide = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  const examples = [...guide.matchAll(/```(?:js|python)\n(?:\/\/|#) (receiver\.\w+)\n(.*?)```/gs)];
  assert.deepEqual(examples.map(([, name]) => name), ['receiver.mjs', 'receiver.py']);
  for (const [, name, code] of examples) {
    writeFileSync(join(folder, name), code);
    const free = await receive();
    free.receiver.close();
    const hook = await create(free.url);
    const program = name.endsWith('.py') ? 'python3' : process.execPath;
    const receiver = start(program, [join(folder, name)], {
      env: { ...process.env, PORT: String(free.port), WEBHOOK_SECRET: hook.secret },
    });
    // A delivery before it listens fails, and is tried again.
    await until(() => fetch(`http://127.0.0.1:${free.port}/`, { method: 'POST', body: '{}' })
      .then(({ status }) => assert.equal(status, 401) ?? true, () => false), () => receiver.lines.join('\n'));
    const id = await contact(`For ${name}`);
    await until(() => receiver.lines.includes(`CREATED CONTACT ${id}`), () => `${name}: ${receiver.lines.join('\n')}`);
    assert.ok(receiver.lines.includes('changes'));
    await ask('mutation($id: ID!) { deleteWebhook(id: $id) { userErrors { code } } }', { id: hook.id });
    receiver.stop();
  }
  console.log('Webhooks: the receivers of docs/webhooks.md, in Node and in Python');
}

await checkSignatures();
await checkCertificates();
await checkGuide();
server.stop();
rmSync(folder, { recursive: true });
process.exit(0);
