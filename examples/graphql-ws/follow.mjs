// Follows the changes of contacts over a WebSocket, until it is interrupted: `npm ci && npm start`.
// Runs as it is against `liaison serve --dev`; elsewhere give LIAISON_URL, and an API key as LIAISON_TOKEN. Give the cursor of
// the last change as the first argument to go on from there.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.env.LIAISON_URL ?? 'http://127.0.0.1:4000/graphql';
const token = process.env.LIAISON_TOKEN;
let after = process.argv[2];

const CHANGES = `subscription Changes($after: String) {
  changes(after: $after, subjectTypes: [CONTACT]) {
    cursor node { type at subject { id ... on Contact { name version } } }
  }
}`;

const client = createClient({
  url: url.replace('http', 'ws'),
  webSocketImpl: WebSocket,
  connectionParams: token ? { authorization: `Bearer ${token}` } : {},
  // By itself the client would subscribe again with the first cursor. The loop below goes on from the last change.
  retryAttempts: 0,
});

for (;;) {
  try {
    for await (const { data } of client.iterate({ query: CHANGES, variables: { after } })) {
      const { cursor, node } = data.changes;
      console.log(node.at, node.type, node.subject?.name ?? '(deleted)', cursor);
      // A change is done with here: after an interruption the next one is asked for.
      after = cursor;
    }
  } catch (problem) {
    // A list of GraphQL errors, or the close of the connection: 4403 says that the token is not good.
    const refusal = problem?.[0]?.message ?? (problem?.code === 4403 && problem.reason);
    if (refusal) {
      console.error(refusal);
      process.exit(1);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 500 + 1000 * Math.random()));
}
