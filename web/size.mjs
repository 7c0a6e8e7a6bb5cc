// Fails when the console's scripts or styles are larger than their budgets. GraphiQL's page stands apart.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const BUDGETS = { js: 60 * 1024, css: 10 * 1024 };
const dist = new URL('dist/', import.meta.url);
const names = readdirSync(new URL('assets/', dist)).filter((name) => /\.(js|css)\.gz$/.test(name));
const text = (path) => gunzipSync(readFileSync(new URL(path, dist))).toString();

/** The files that a page leads to, by the names that stand in its files. */
function reached(page) {
  const found = new Set();
  const follow = (content) => {
    for (const name of names) {
      if (found.has(name) || !content.includes(name.slice(0, -3))) continue;
      found.add(name);
      follow(text(`assets/${name}`));
    }
  };
  follow(text(page));
  return found;
}

const sizes = { js: 0, css: 0 };
for (const name of [...reached('index.html.gz')].sort()) {
  const bytes = statSync(new URL(`assets/${name}`, dist)).size;
  sizes[name.split('.').at(-2)] += bytes;
  console.log(`${String(bytes).padStart(7)}  ${name.slice(0, -3)}`);
}
for (const [kind, budget] of Object.entries(BUDGETS)) {
  console.log(`${kind}: ${sizes[kind]} bytes gzipped, of ${budget}`);
  if (sizes[kind] > budget) process.exitCode = 1;
}
