// Two builds of the server answer the same requests alike, byte for byte: `npm run replay OLD NEW [requests] [seed]`.
//
// The operations are those of tests/it/operations, in a random order that the seed decides, with variables from the data.
// Each build has a copy of one database. What a build draws for itself (ids, times, tokens) is told apart by its place
// among the answers, and what was in the database before by its text.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [oldBinary, newBinary, count = '3000', seed = String(Date.now() % 1e9)] = process.argv.slice(2);
if (!newBinary) {
  console.error('usage: node replay.mjs OLD NEW [requests] [seed]');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'liaison-replay-'));

let state = Number(seed) >>> 0;
// A linear congruential generator: the same requests for the same seed, on every machine.
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = (list) => list[random(list.length)];

// Blocks between blank lines, as tests/it/operations.rs reads them.
function operations() {
  const path = new URL('../it/operations/', import.meta.url);
  return readdirSync(path).sort().filter((file) => !/access|sign_out/.test(file)).flatMap((file) => {
    const blocks = readFileSync(new URL(file, path), 'utf8').split('\n\n').map((block) => block.trim());
    const fragments = blocks.filter((block) => block.startsWith('fragment '));
    return blocks.filter((block) => !block.startsWith('fragment ')).map((block) => {
      const used = fragments.filter((fragment) => block.split(/[^.\w]/).includes(`...${fragment.split(' ')[1]}`));
      // An id of the caller's choice is another each time.
      return [block.replaceAll('01890a5d-ac96-774b-bcce-b302099a8', 'CHOSEN'), ...used].join('\n');
    });
  });
}

async function start(binary, name) {
  const file = join(folder, `${name}.db`);
  const child = spawn(binary, ['serve', '--dev', '--listen', '127.0.0.1:0', '--log-format', 'json'], {
    env: { ...process.env, DATABASE_URL: `sqlite://${file}` }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const address = JSON.parse(line).fields?.address;
    if (address) {
      child.stderr.resume();
      return { child, address, names: new Map(), times: new Map() };
    }
  }
  throw new Error(`${binary} ended before it listened`);
}

async function send(server, body) {
  const response = await fetch(`http://${server.address}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g;
const CURSOR = /"(cursor|startCursor|endCursor)":"[^"]*"/g;

// Texts that a build made since it was started get the number of their first appearance.
function comparable(server, text, begun) {
  const numbered = (value, isNew) => {
    if (!isNew) return value;
    if (!server.names.has(value)) server.names.set(value, `new-${server.names.size}`);
    return server.names.get(value);
  };
  return text
    .replace(CURSOR, (whole, key) => `"${key}":"…"`)
    .replace(ID, (id) => numbered(id, parseInt(id.replace('-', '').slice(0, 12), 16) >= begun))
    .replace(TIME, (time) => (Date.parse(time) >= begun ? 'now' : time));
}

async function variables(server) {
  const ids = async (query, list) =>
    JSON.parse((await send(server, { query })).text).data[list].nodes.map((record) => record.id);
  const people = await ids('{ contacts(first: 200, includeTrashed: true) { nodes { id } } }', 'contacts');
  const companies = await ids('{ companies(first: 50) { nodes { id } } }', 'companies');
  const interactions = await ids('{ interactions(first: 200) { nodes { id } } }', 'interactions');
  const users = await ids('{ users(first: 50) { nodes { id } } }', 'users');
  const { data } = JSON.parse((await send(server, {
    query: '{ contacts(first: 200) { nodes { memberships { id } } } }',
  })).text);
  const memberships = data.contacts.nodes.flatMap((contact) => contact.memberships.map((membership) => membership.id));
  return {
    ann: people, bob: people, cyd: people, acme: companies, globex: companies, call: interactions, note: interactions,
    user: users, membership: memberships, nobody: ['01890a5d-ac96-774b-bcce-b302099a8057', 'no id'],
  };
}

async function run() {
  const made = spawnSync(oldBinary, ['demo', '--contacts', '2000', '--database-url', `sqlite://${join(folder, 'old.db')}`]);
  if (made.status !== 0) throw new Error(String(made.stderr));
  copyFileSync(join(folder, 'old.db'), join(folder, 'new.db'));
  const begun = Date.now();
  const servers = [await start(oldBinary, 'old'), await start(newBinary, 'new')];
  try {
    const values = await variables(servers[0]);
    const all = operations();
    let differing = 0;
    for (let number = 0; number < Number(count); number += 1) {
      const chosen = `01890a5d-ac96-774b-bcce-${String(random(1e9)).padStart(9, '0')}`;
      const query = pick(all).replaceAll('CHOSEN', chosen);
      const declared = [...query.split('{')[0].matchAll(/\$(\w+):/g)].map((match) => match[1]);
      const body = { query, variables: Object.fromEntries(declared.map((name) => [name, pick(values[name])])) };
      const answers = await Promise.all(servers.map((server) => send(server, body)));
      const [before, after] = servers.map((server, index) => comparable(server, answers[index].text, begun));
      if (before !== after || answers[0].status !== answers[1].status) {
        differing += 1;
        if (differing <= 5) {
          console.error(`request ${number}: ${JSON.stringify(body)}\n  old ${before}\n  new ${after}`);
        }
      }
    }
    console.log(`${count} requests, seed ${seed}: ${differing} answered differently`);
    return differing === 0;
  } finally {
    servers.forEach((server) => server.child.kill());
  }
}

const isSame = await run().finally(() => rmSync(folder, { recursive: true, force: true }));
process.exit(isSame ? 0 : 1);
