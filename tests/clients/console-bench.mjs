// The budgets of the console, measured: `npm run console-bench BINARY DATABASE_URL [--scroll SECONDS] [--brief] [--strict]`.
//
// The database is one that `liaison demo` has filled; the pages' own records are added to it. Server and browser share this
// machine's processors. It is a report, and succeeds; with `--strict` it fails where a budget is missed or not measured.
// `--brief` repeats everything less often, and leaves out what `npm run size` and the test of requests tell.
import { parseArgs } from 'node:util';
import { fresh, firstRows, settled, windowOf } from './console/bench/browser.mjs';
import { Figures } from './console/bench/figures.mjs';
import { measureLoading } from './console/bench/loading.mjs';
import { measureScrolling } from './console/bench/scrolling.mjs';
import { measureSearching } from './console/bench/searching.mjs';
import { measurePages } from './console/bench/weight.mjs';
import { records, routes } from './console/routes.mjs';
import { Server } from './console/server.mjs';

const PORT = 4145;
const options = { scroll: { type: 'string', default: '60' }, brief: { type: 'boolean' }, strict: { type: 'boolean' } };
const { values, positionals: [binary, database] } = parseArgs({ options, allowPositionals: true });
if (!database) {
  console.error('usage: node console-bench.mjs BINARY DATABASE_URL [--scroll SECONDS] [--brief] [--strict]');
  process.exit(2);
}
const times = values.brief ? { cold: 2, warm: 5, words: 4, jumps: 6 } : { cold: 5, warm: 20, words: 25, jumps: Infinity };

const server = new Server(database, PORT, { binary });
async function ask(query, variables = {}) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}

const figures = new Figures();
async function measure() {
  await measureLoading(server, figures, times);
  await server.start('--dev');
  const browser = await fresh();
  const total = (await ask('{ contacts { totalCount } }')).data.contacts.totalCount;
  console.log(`The console among ${total.toLocaleString('en')} contacts on ${database.split(':')[0]}, without a login\n`);
  const page = await windowOf(browser);
  await page.goto(server.url);
  await firstRows(page);
  await settled(page);
  await measureSearching(page, ask, figures, { total, count: times.words });
  await measureScrolling(page, figures, { seconds: Number(values.scroll), jumps: times.jumps });
  await page.close();
  if (!values.brief) await measurePages(browser, server.url, routes(await records(ask)), figures);
  await browser.close();
  await server.stop();
}

try {
  await measure();
} catch (error) {
  figures.fail(error);
}
figures.print();
process.exit(values.strict && !figures.areMet ? 1 : 0);
