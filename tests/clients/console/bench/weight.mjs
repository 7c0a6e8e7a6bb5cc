// What each page asks for as it is opened, and how much it weighs.
import { gzipSync } from 'node:zlib';
import { operationsOf } from '../operations.mjs';
import { stands } from '../people.mjs';

const BUDGETS = { js: 60 * 1024, css: 10 * 1024 };

/** Opens a place in a window of its own; returns the operations that it has asked for, and the files. */
async function requestsOf(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const operations = operationsOf(page);
  const files = [];
  page.on('response', (response) => {
    const request = response.request();
    // The icon of the tab is the page's own as well.
    if (request.method() === 'GET' && request.resourceType() !== 'other') files.push(response.url());
  });
  await page.goto(url);
  await stands(page);
  await page.waitForLoadState('networkidle');
  await context.close();
  return { operations, files };
}

const zipped = new Map();
async function sizeOf(url) {
  if (!zipped.has(url)) zipped.set(url, gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer()), { level: 9 }).length);
  return zipped.get(url);
}

const weigh = async (files, ending) => {
  let bytes = 0;
  for (const url of new Set(files.filter((url) => url.endsWith(ending)))) bytes += await sizeOf(url);
  return bytes;
};

/** Weighs each page, and lists what it asks for. What is asked twice alike, or fetched twice, is not needed. */
export async function measurePages(browser, base, pages, figures) {
  const [all, lines] = [[], []];
  let [heaviest, needless] = [{ js: 0 }, 0];
  for (const { name, place } of pages) {
    const { operations, files } = await requestsOf(browser, `${base}${place}`);
    const asked = operations.map(({ name, variables }) => `${name} ${variables}`);
    const twice = asked.length - new Set(asked).size + files.length - new Set(files).size;
    const js = await weigh(files, '.js');
    if (js > heaviest.js) heaviest = { name, js };
    needless += twice;
    all.push(...files);
    lines.push(`| ${name} | ${operations.map((operation) => operation.name).join(', ')} | ${new Set(files).size} | ${js.toLocaleString('en')} |`);
  }
  figures.add('scripts of the heaviest page', heaviest.js, 'B', { budget: BUDGETS.js, how: `${heaviest.name}, gzipped` });
  figures.add('scripts of all pages together', await weigh(all, '.js'), 'B', { how: 'gzipped' });
  figures.add('styles of all pages together', await weigh(all, '.css'), 'B', { budget: BUDGETS.css, how: 'gzipped' });
  figures.add('requests sent twice', needless, 'requests', { budget: 0, how: `${pages.length} pages, each in a new window` });
  figures.note(['| page | operations | files | scripts, B gzipped |', '|---|---|--:|--:|', ...lines].join('\n'));
}
