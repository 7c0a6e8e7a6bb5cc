// Trusted documents: the maps that graphql-codegen and the Relay compiler write run by their keys, and nothing else runs.
// `npm run relay` and `npm run codegen` write the maps.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const binary = process.env.LIAISON_BIN ?? new URL('../../target/debug/liaison', import.meta.url).pathname;
const listen = '127.0.0.1:4135';
const url = `http://${listen}/graphql`;
const NOTHING = '018cc252-0000-7000-8000-000000000000';

const maps = ['codegen/generated/client/persisted-documents.json', 'relay/generated/trusted.json'];
const documents = Object.assign({}, ...maps.map((file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))));
const named = (name) => Object.entries(documents).find(([, text]) => text.includes(` ${name}(`) || text.includes(` ${name} `));
/** Variables for each of the documents, which are all there. */
const variables = {
  ContactPage: { first: 1 },
  AnyNode: { id: NOTHING },
  SaveContact: { id: NOTHING, input: {} },
  ContactListQuery: {},
  ContactListPaginationQuery: { count: 1 },
  ContactListContactRefetchQuery: { id: NOTHING },
  ContactListCreateMutation: { input: { name: '' } },
  ContactListDeleteMutation: { id: NOTHING },
};
assert.equal(Object.keys(documents).length, Object.keys(variables).length, 'each document is tried');

const folder = mkdtempSync(join(tmpdir(), 'liaison-trusted-'));
const file = join(folder, 'trusted.json');
writeFileSync(file, JSON.stringify(documents));
const args = ['serve', '--dev', '--listen', listen, '--database-url', `sqlite://${folder}/liaison.db`, '--trusted-documents', file, '--only-trusted'];
const server = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] });
process.once('exit', () => server.kill('SIGKILL'));

const extensions = (sha256Hash) => ({ persistedQuery: { version: 1, sha256Hash } });
async function post(body) {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}
function get(hash, given) {
  const parameters = { extensions: JSON.stringify(extensions(hash)), variables: JSON.stringify(given) };
  return fetch(`${url}?${new URLSearchParams(parameters)}`, { headers: { accept: 'application/graphql-response+json' } });
}
/** The code of a request that was not executed. */
function refusal({ data, errors }) {
  assert.equal(data, undefined, 'it was not executed');
  assert.notEqual(errors[0].extensions.code, 'INTERNAL_SERVER_ERROR');
  return errors[0].extensions.code;
}

try {
  for (let tries = 0; spawnSync(binary, ['healthcheck', '--listen', listen]).status !== 0; tries += 1) {
    assert.ok(tries < 100 && server.exitCode === null, 'the server starts');
    await pause(100);
  }
  for (const [name, given] of Object.entries(variables)) {
    const [hash, text] = named(name);
    assert.equal((await post({ extensions: extensions(hash), variables: given })).errors, undefined, name);
    const byGet = await get(hash, given);
    assert.equal(byGet.status, text.startsWith('mutation') ? 405 : 200, name);
    await byGet.body?.cancel();
  }
  console.log(`trusted: ${Object.keys(variables).length} documents run by their keys`);

  const plain = '{ contacts(first: 1) { totalCount } }';
  const [known] = named('ContactPage');
  refusal(await post({ query: plain }));
  refusal(await post({ query: plain, extensions: extensions(known) }));
  assert.equal(refusal(await post({ extensions: extensions('f'.repeat(64)) })), 'PERSISTED_QUERY_NOT_FOUND');
  // Sending it with its hash makes no document trusted.
  const hash = '1'.repeat(64);
  refusal(await post({ query: plain, extensions: extensions(hash) }));
  refusal(await post({ extensions: extensions(hash) }));
  const socket = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  const overSocket = async () => {
    for await (const result of socket.iterate({ query: plain })) assert.equal(result.data, undefined);
  };
  await assert.rejects(overSocket, (errors) => Boolean(errors[0]?.extensions.code));
  await socket.dispose();
  console.log('trusted: nothing else runs');
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => (server.exitCode === null && server.signalCode === null ? server.once('exit', resolve) : resolve()));
  rmSync(folder, { recursive: true, force: true });
}
