// The graphql-ws client: queries, mutations and errors over one WebSocket.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { url } from './server.mjs';

const client = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, lazy: false, retryAttempts: 0 });

/** All that an operation says. */
async function all(query, variables = {}) {
  const results = [];
  for await (const result of client.iterate({ query, variables })) results.push(result);
  return results;
}

const [created] = await all('mutation($name: String!) { createContact(input: { name: $name }) { contact { id name } } }', {
  name: 'Wanda Socket',
});
const { id } = created.data.createContact.contact;
const answers = await Promise.all(
  Array.from({ length: 50 }, () => all('query($id: ID!) { contact(id: $id) { name } }', { id })),
);
for (const [answer, ...more] of answers) {
  assert.deepEqual(answer, { data: { contact: { name: 'Wanda Socket' } } });
  assert.deepEqual(more, []);
}
await assert.rejects(all('{ nonsense }'), (errors) => errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED');
await all('mutation($id: ID!) { deleteContact(id: $id) { deletedContactId } }', { id });
await client.dispose();
console.log('graphql-ws: queries, mutations and errors over a WebSocket');
