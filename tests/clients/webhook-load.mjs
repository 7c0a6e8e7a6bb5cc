// How fast changes are delivered to webhooks: `npm run webhook-load [changes] [endpoints]`, on SQLite and on PostgreSQL.
//
// The changes are made first, while the webhooks are switched off. The time is that from switching them on until every endpoint has
// everything. With ten endpoints and more, one in ten never answers.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Postgres } from './postgres.mjs';

const [changes = 100_000, endpoints = 1] = process.argv.slice(2).map(Number);
const binary = process.env.LIAISON_BIN ?? new URL('../../target/release/liaison', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'liaison-load-'));
const slow = Math.floor(endpoints / 10);

async function measure(name, databaseUrl) {
  const env = { ...process.env, DATABASE_URL: databaseUrl, LIAISON_WEBHOOK_ALLOW: '127.0.0.1', RUST_LOG: 'info' };
  const server = spawn(binary, ['serve', '--dev', '--listen', '127.0.0.1:0', '--log-format', 'json'], { stdio: ['ignore', 'ignore', 'pipe'], env });
  process.once('exit', () => server.kill('SIGKILL'));
  const address = await new Promise((resolve) => createInterface({ input: server.stderr }).on('line', (line) => {
    const found = JSON.parse(line).fields?.address;
    if (found) resolve(found);
  }));
  const ask = async (query, variables = {}) => {
    const response = await fetch(`http://${address}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined, JSON.stringify(errors));
    return data;
  };
  const counts = Array(endpoints).fill(0);
  let finish;
  const finished = new Promise((resolve) => { finish = resolve; });
  const receiver = createServer(async (request, response) => {
    const number = Number(request.url.slice(1));
    const parts = [];
    for await (const part of request) parts.push(part);
    if (number < slow) return;
    counts[number] += JSON.parse(Buffer.concat(parts)).changes.length;
    response.writeHead(204).end();
    if (counts.every((count, each) => each < slow || count >= changes)) finish();
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const ids = [];
  for (let number = 0; number < endpoints; number += 1) {
    const url = `http://127.0.0.1:${receiver.address().port}/${number}`;
    const create = 'mutation($url: String!) { createWebhook(input: { url: $url, isEnabled: false }) { webhook { id } } }';
    ids.push((await ask(create, { url })).createWebhook.webhook.id);
  }
  const upsert = 'mutation($items: [UpsertContactInput!]!) { upsertContacts(items: $items) { userErrors { message } } }';
  for (let done = 0; done < changes; done += 1000) {
    const items = Array.from({ length: Math.min(1000, changes - done) }, (_, at) => ({
      identifier: { externalId: `load:${done + at}` }, input: { name: `Person ${done + at}`, email: `person${done + at}@example.com` },
    }));
    await ask(upsert, { items });
  }
  // What follows the writes by itself comes to its end first.
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const cpu = () => {
    const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const [begun, used] = [performance.now(), cpu()];
  await Promise.all(ids.map((id) => ask('mutation($id: ID!) { updateWebhook(id: $id, input: { isEnabled: true }) { userErrors { code } } }', { id })));
  await finished;
  const seconds = (performance.now() - begun) / 1000;
  const delivered = (endpoints - slow) * changes;
  console.log(`${name}: ${delivered} changes to ${endpoints - slow} endpoints (${slow} never answer) in ${seconds.toFixed(1)} s, `
    + `${Math.round((delivered / seconds) * 60)} a minute, ${(cpu() - used).toFixed(1)} s of the server's processor time`);
  server.kill('SIGKILL');
  receiver.close();
  receiver.closeAllConnections();
}

await measure('SQLite', `sqlite://${join(folder, 'liaison.db')}`);
const postgres = new Postgres();
await postgres.start();
await measure('PostgreSQL', postgres.url);
await postgres.stop('SIGINT');
postgres.remove();
rmSync(folder, { recursive: true });
process.exit(0);
