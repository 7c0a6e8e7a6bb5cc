// Random operations, answered by the server and by graphql-js over the same records: the data must be equal to the byte,
// and one must refuse or fail exactly when the other does. `SEED=` repeats a run, `ROUNDS=` says how many.
import { randomInt } from 'node:crypto';
import { Unstated } from './reference/filters.mjs';
import { makeJudge, readSchema } from './reference/judge.mjs';
import { makeDocument } from './reference/operations.mjs';
import { printRequest, smaller } from './reference/print.mjs';
import { Random } from './reference/random.mjs';
import { readRecords } from './reference/records.mjs';
import { writeRecords } from './reference/seed.mjs';
import { url } from './server.mjs';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
const rounds = Number(process.env.ROUNDS ?? 3000);
const AT_ONCE = 8;
const VALID_SHARE = 0.7;
const SHRUNK_MAX = 25;

console.log(`SEED=${seed} ROUNDS=${rounds}`);
const schema = readSchema();
const removeRecords = await writeRecords(url);
const records = await readRecords(url);
const judge = makeJudge(schema, records);

/** The text of the member `data` of a JSON object; undefined when there is none. */
function dataText(body) {
  let depth = 0;
  let start = -1;
  for (let at = 0; at < body.length; at += 1) {
    const letter = body[at];
    if (letter === '"') {
      const from = at;
      for (at += 1; body[at] !== '"'; at += 1) if (body[at] === '\\') at += 1;
      if (depth === 1 && start < 0 && body.slice(from, at + 2) === '"data":') start = at + 2;
    } else if ('{['.includes(letter)) depth += 1;
    else if ('}]'.includes(letter)) depth -= 1;
    if (start >= 0 && at > start && ((depth === 1 && letter === ',') || depth === 0)) return body.slice(start, at);
  }
  return undefined;
}

/** Gives the server's answer in the form of the judge's. */
async function answerOf({ query, variables, operationName }) {
  const members = [`"query":${JSON.stringify(query)}`];
  if (variables !== undefined) members.push(`"variables":${variables}`);
  if (operationName !== undefined) members.push(`"operationName":${JSON.stringify(operationName)}`);
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const response = await fetch(url, { method: 'POST', headers, body: `{${members.join(',')}}` });
  const text = await response.text();
  const { errors } = JSON.parse(text);
  const data = dataText(text);
  const codes = (errors ?? []).map((error) => error.extensions.code);
  return {
    refused: data === undefined,
    hasErrors: Boolean(errors),
    data,
    why: errors?.[0].message,
    // What a document may ask for is checked before anything runs, also of fields that are skipped: how much it is, and that a
    // test of metadata has one operator.
    isTooMuch: codes.includes('QUERY_TOO_COMPLEX') || Boolean(errors?.[0].message.startsWith('A test of `metadata`')),
    isBroken: codes.includes('INTERNAL_SERVER_ERROR') || (response.status === 400) !== (data === undefined),
  };
}

/** The judge's answer; undefined for what it does not state. */
function judged(request) {
  try {
    return judge(request);
  } catch (error) {
    if (error instanceof Unstated) return undefined;
    throw new Error(`the reference failed on ${JSON.stringify(request)}`, { cause: error });
  }
}

/** Names the way in which two answers differ; null when they do not. */
function difference(expected, actual) {
  if (actual.isTooMuch) return null;
  if (actual.isBroken) return `the server is broken: ${general(actual.why)}`;
  if (expected.refused !== actual.refused) {
    return expected.refused
      ? `only the reference refuses: ${general(expected.why)}`
      : `only the server refuses: ${general(actual.why)}`;
  }
  if (expected.refused) return null;
  if (expected.hasErrors !== actual.hasErrors) {
    return expected.hasErrors
      ? `only the reference has errors: ${general(expected.why)}`
      : `only the server has errors: ${general(actual.why)}`;
  }
  return expected.data === actual.data ? null : 'the data differ';
}

/** The message without names and numbers of one document. */
const general = (message) =>
  String(message)
    .replace(/"[^"]*"|`[^`]*`|\d+/g, '…')
    .slice(0, 120);

/** A request of the round whose answer the reference states: of the wanted kind, valid or not, where one is soon found. */
function draw(round) {
  const random = new Random(seed + round * 7919);
  const isValid = random.chance(VALID_SHARE);
  for (let tries = 0; ; tries += 1) {
    const document = makeDocument(schema, records, random, isValid ? 0 : 1 + random.below(2));
    const request = printRequest(document);
    const expected = judged(request);
    if (expected && (expected.refused !== isValid || tries > 50)) return { document, request, expected };
  }
}

/** The smallest document, by leaving things out one at a time, that differs in the same way. */
async function shrink(document, kind) {
  let smallest = document;
  for (let progress = true, left = 1500; progress && left > 0; ) {
    progress = false;
    for (const candidate of smaller(smallest)) {
      const request = printRequest(candidate);
      const expected = judged(request);
      if (!expected || left <= 0) continue;
      left -= 1;
      if (difference(expected, await answerOf(request)) !== kind) continue;
      [smallest, progress] = [candidate, true];
      break;
    }
  }
  return smallest;
}

/** Plays all rounds and gives the differing ones by kind, and how many rounds ended in which way. */
async function play() {
  const kinds = new Map();
  const counts = { data: 0, failed: 0, refused: 0, tooMuch: 0 };
  let next = 0;
  const work = async () => {
    while (next < rounds) {
      const round = next;
      next += 1;
      const { document, request, expected } = draw(round);
      const actual = await answerOf(request);
      const kind = difference(expected, actual);
      if (kind) kinds.set(kind, [...(kinds.get(kind) ?? []), { round, document }]);
      if (actual.isTooMuch) counts.tooMuch += 1;
      else counts[expected.refused ? 'refused' : expected.hasErrors ? 'failed' : 'data'] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { kinds, counts };
}

/** Prints one small request for each kind of difference. */
async function report(kinds) {
  for (const [kind, found] of [...kinds].slice(0, SHRUNK_MAX)) {
    const some = found.map((each) => each.round).slice(0, 5);
    console.error(`\n${found.length} × ${kind} (rounds ${some.join(', ')})`);
    const request = printRequest(await shrink(found[0].document, kind));
    const [expected, actual] = [judged(request), await answerOf(request)];
    console.error(`  ${JSON.stringify(request)}`);
    console.error(`  graphql-js: ${expected.data ?? 'refused'} ${expected.why ?? ''}`);
    console.error(`  server:     ${actual.data ?? 'refused'} ${actual.why ?? ''}`);
  }
}

const { kinds, counts } = await play();
await report(kinds);
await removeRecords();
const differing = [...kinds.values()].reduce((sum, found) => sum + found.length, 0);
console.log(
  `reference: ${rounds - differing} of ${rounds} rounds answered alike by the server and by graphql-js: ${counts.data} with data, ` +
    `${counts.failed} with errors in fields, ${counts.refused} refused, ${counts.tooMuch} over a limit`,
);
process.exit(differing === 0 && counts.tooMuch < rounds / 20 ? 0 : 1);
