// Fails when a page of the console loads more than the budgets: what every page needs, the page itself, the socket and the
// longest language. GraphiQL's page stands apart.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const BUDGETS = { js: 60 * 1024, css: 10 * 1024 };
const dist = new URL('dist/', import.meta.url);
const text = (path) => gunzipSync(readFileSync(new URL(`${path}.gz`, dist))).toString();
const size = (name) => statSync(new URL(`assets/${name}.gz`, dist)).size;
const names = readdirSync(new URL('assets/', dist))
  .filter((name) => /\.(js|css)\.gz$/.test(name))
  .map((name) => name.slice(0, -3));
const kind = (name) => name.split('.').at(-1);
const sum = (files, wanted) =>
  [...files].filter((name) => kind(name) === wanted).reduce((total, name) => total + size(name), 0);

/** Files that a file leads to: at once, or when it asks for them later. */
function led(name) {
  const content = text(name.endsWith('.html') ? name : `assets/${name}`);
  const named = names.filter((other) => other !== name && content.includes(other));
  const isNow = (other) => new RegExp(`(from|import)[\`"']\\./${other}`).test(content);
  return { now: named.filter(isNow), later: named.filter((other) => !isNow(other) && kind(other) === 'js'), named };
}

/** A file with all that it needs at once. */
function whole(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  if (kind(name) === 'js') led(name).now.forEach((other) => whole(other, found));
  return found;
}

const first = new Set(led('index.html').named.flatMap((name) => [...whole(name)]));
const later = [...new Set([...first].filter((name) => kind(name) === 'js').flatMap((name) => led(name).later))];
const isLanguage = (name) => /^[a-z]{2}-/.test(name);
const language = later.filter(isLanguage).sort((one, other) => size(other) - size(one))[0];
const always = new Set([
  ...first,
  ...later.filter((name) => /^(main|socket)-/.test(name)).flatMap((name) => [...whole(name)]),
  language,
]);

const all = new Set([...always, ...later.flatMap((name) => [...whole(name)])]);
for (const name of later.filter((name) => !always.has(name) && !isLanguage(name) && kind(name) === 'js').sort()) {
  const bytes = sum(new Set([...always, ...whole(name)]), 'js');
  console.log(`${String(bytes).padStart(7)}  ${name}`);
  if (bytes > BUDGETS.js) process.exitCode = 1;
}
console.log(`js: ${sum(all, 'js')} bytes gzipped in all, of which no page is to load more than ${BUDGETS.js}`);
const styles = new Set([...all].filter((name) => kind(name) === 'js').flatMap((name) => led(name).named));
const css = sum(new Set([...styles, ...first]), 'css');
console.log(`css: ${css} bytes gzipped in all, of ${BUDGETS.css}`);
if (css > BUDGETS.css) process.exitCode = 1;
