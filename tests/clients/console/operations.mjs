// The console's operations by their names: it sends their keys only.
import { readFileSync } from 'node:fs';

/** Names by keys, as far as the bundle beside the tests has them. */
function namesByKey() {
  try {
    const texts = JSON.parse(readFileSync(new URL('../../../web/dist/documents.json', import.meta.url), 'utf8'));
    return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, /\b(?:query|mutation|subscription) (\w+)/.exec(text)?.[1]]));
  } catch {
    return {};
  }
}

const names = namesByKey();

/** All that a page asks for by `fetch` from now on. */
export function operationsOf(page) {
  const operations = [];
  page.on('request', (request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/graphql')) return;
    const { documentId, variables } = request.postDataJSON() ?? {};
    if (documentId) operations.push({ name: names[documentId] ?? documentId, variables: JSON.stringify(variables) });
  });
  return operations;
}
