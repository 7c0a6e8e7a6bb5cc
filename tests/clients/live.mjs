// The examples of docs/live.md, each run against servers that are killed, stopped and cut off while others write: every
// follower must end with exactly the committed changes, in order.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { v7 } from 'uuid';
import WebSocket from 'ws';
import { Postgres } from './postgres.mjs';

globalThis.WebSocket ??= WebSocket;
const binary = process.env.LIAISON_BIN ?? new URL('../../target/debug/liaison', import.meta.url).pathname;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The examples by name, as modules. */
async function examples() {
  const folder = new URL('.examples/', import.meta.url).pathname;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const text = readFileSync(new URL('../../docs/live.md', import.meta.url), 'utf8');
  const found = {};
  for (const [, name, code] of text.matchAll(/```js\n\/\/ (\S+)\.js\n([\s\S]*?)```/g)) {
    writeFileSync(join(folder, `${name}.mjs`), code);
    found[name] = (await import(join(folder, `${name}.mjs`))).follow;
  }
  rmSync(folder, { recursive: true });
  return found;
}

class Replica {
  constructor(port, databaseUrl, { isGuarded = false } = {}) {
    Object.assign(this, { port, databaseUrl, isGuarded, url: `http://127.0.0.1:${port}/graphql` });
    process.once('exit', () => this.process?.kill('SIGKILL'));
  }

  async start() {
    const args = ['serve', ...(this.isGuarded ? [] : ['--dev']), '--listen', `127.0.0.1:${this.port}`, '--log-format', 'json', '--database-url', this.databaseUrl];
    for (;;) {
      this.process = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, RUST_LOG: 'info' } });
      const serves = await new Promise((resolve) => {
        this.process.once('exit', () => resolve(false));
        createInterface({ input: this.process.stderr }).on('line', (line) => line.includes('"address"') && resolve(true));
      });
      if (serves) return;
      // The database is not there yet.
      await sleep(200);
    }
  }

  async stop(signal) {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await ended;
  }
}

async function post(url, query, variables = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

const CREATE = `mutation($id: ID!, $name: String!) {
  createContact(id: $id, input: { name: $name }) { contact { id } userErrors { code } }
}`;
const RENAME = `mutation($id: ID!, $name: String!) {
  updateContact(id: $id, input: { name: $name }) { contact { id } userErrors { code } }
}`;

/** Writes until told to stop; what fails is tried again on the other replica. Returns the contacts acknowledged. */
async function write(replicas, control) {
  const written = [];
  for (let number = 0; !control.isOver; number++) {
    const id = v7();
    for (let attempt = 0; ; attempt++) {
      const { url } = replicas[(number + attempt) % replicas.length];
      try {
        const { createContact } = await post(url, CREATE, { id, name: `Contact ${number}` });
        if (!createContact?.contact) throw new Error('not created');
        break;
      } catch {
        await sleep(50);
      }
    }
    written.push(id);
    // Not repeatable: whether it was done when the answer is lost is for the feed to tell.
    if (number % 3 === 0) await post(replicas[number % replicas.length].url, RENAME, { id, name: 'Renamed' }).catch(() => {});
    await sleep(5);
  }
  return written;
}

/** The whole feed, as it is in the end. */
async function feed(url) {
  const query = 'query($after: String) { changes(first: 200, after: $after) { edges { cursor node { subjectId } } pageInfo { hasNextPage } } }';
  const all = [];
  for (;;) {
    const { changes } = await post(url, query, { after: all.at(-1)?.cursor });
    all.push(...changes.edges);
    if (!changes.pageInfo.hasNextPage) return all;
  }
}

async function check(name, replicas, trouble) {
  for (const replica of replicas) await replica.start();
  // Whoever follows from before the first change sees all of them.
  const { changes } = await post(replicas[0].url, '{ changes(first: 0) { pageInfo { endCursor } } }');
  const start = changes.pageInfo.endCursor;
  const followers = Object.entries(await examples()).flatMap(([example, follow]) =>
    replicas.map((_, first) => {
      let turn = first;
      const seen = [];
      const scheme = example === 'graphql-sse' ? 'http' : 'ws';
      // Each try goes to the next replica, as it would behind a load balancer.
      const url = () => replicas[turn++ % replicas.length].url.replace('http', scheme);
      const unexpected = () => assert.fail(`${example} was told to begin again, or to sign in`);
      const onChange = (_, cursor) => void seen.push(cursor);
      const stop = follow({ url, token: '', after: start, onChange, onResync: unexpected, onSignIn: unexpected });
      return { example, seen, stop };
    }),
  );
  const control = { isOver: false };
  const writers = [0, 1, 2].map(() => write(replicas, control));
  await trouble();
  control.isOver = true;
  const written = (await Promise.all(writers)).flat();
  let expected;
  for (let round = 0; round < 150; round++) {
    expected = (await feed(replicas[0].url)).map(({ cursor }) => cursor);
    if (followers.every(({ seen }) => seen.length >= expected.length)) break;
    await sleep(100);
  }
  for (const { example, seen } of followers) {
    const differs = expected.findIndex((cursor, place) => seen[place] !== cursor);
    const shown = (list) => list.slice(Math.max(differs - 1, 0), differs + 3).map((cursor) => atob(cursor));
    const what = `${name}: ${example}: ${seen.length} of ${expected.length}, ${shown(seen)} for ${shown(expected)}`;
    assert.ok(differs < 0 && seen.length === expected.length, what);
  }
  const subjects = new Set((await feed(replicas[0].url)).map(({ node }) => node.subjectId));
  assert.ok(written.every((id) => subjects.has(id)), 'what was acknowledged is in the feed');
  await Promise.all(followers.map(({ stop }) => stop()));
  for (const replica of replicas) await replica.stop('SIGTERM');
  console.log(`live: ${expected.length} changes, ${followers.length} followers, ${name}`);
}

/** Every example ends by itself, and says why, when its cursor is refused or nobody is signed in. */
async function checkRefusals(replica, cases) {
  await replica.start();
  for (const [example, follow] of Object.entries(await examples())) {
    for (const { token, after, expected } of cases) {
      const calls = [];
      const note = (name) => () => void calls.push(name);
      const stop = follow({
        url: replica.url.replace('http', example === 'graphql-sse' ? 'http' : 'ws'),
        token,
        after,
        onChange: note('change'),
        onResync: note('resync'),
        onSignIn: note('sign in'),
      });
      for (let round = 0; round < 100 && calls.length === 0; round++) await sleep(50);
      // Long enough for another try.
      await sleep(1700);
      assert.deepEqual(calls, [expected], `${example}, after ${after}`);
      await stop();
    }
  }
  await replica.stop('SIGTERM');
  console.log(`live: ${cases.map(({ expected }) => expected).join(', ')}: each example says so, once`);
}

const folder = mkdtempSync(join(tmpdir(), 'liaison-live-'));
const alone = new Replica(4131, `sqlite://${folder}/liaison.db`);
await check('SQLite, the server killed and restarted', [alone], async () => {
  await sleep(1500);
  await alone.stop('SIGKILL');
  await alone.start();
  await sleep(1500);
  await alone.stop('SIGTERM');
  await alone.start();
  await sleep(1000);
});
const cursor = (text) => Buffer.from(text).toString('base64url');
await checkRefusals(alone, [
  { token: '', after: 'malformed', expected: 'resync' },
  // As after the restore of an older backup.
  { token: '', after: cursor('change:0:1000000'), expected: 'resync' },
]);
const guarded = new Replica(4134, alone.databaseUrl, { isGuarded: true });
await checkRefusals(guarded, [{ token: 'of nobody', after: undefined, expected: 'sign in' }]);
rmSync(folder, { recursive: true });

const postgres = new Postgres();
await postgres.start();
const [one, two] = [new Replica(4132, postgres.url), new Replica(4133, postgres.url)];
await check('PostgreSQL with two replicas, each thing that breaks broken', [one, two], async () => {
  await sleep(1500);
  await one.stop('SIGKILL');
  await sleep(500);
  await one.start();
  await sleep(1000);
  assert.match(postgres.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"), /^[12]$/);
  await sleep(1500);
  await postgres.stop('SIGINT');
  await postgres.start();
  await sleep(1500);
  await postgres.stop('SIGQUIT');
  await postgres.start();
  await sleep(1500);
  await two.stop('SIGTERM');
  await sleep(300);
  await two.start();
  await sleep(1500);
});
await postgres.stop('SIGINT');
postgres.remove();
// Whoever was told to end must leave nothing behind that tries again for ever.
setTimeout(() => assert.fail(`still running: ${process.getActiveResourcesInfo()}`), 10_000).unref();
