// GraphiQL, pinned, from its public CDN: for servers that were built without the bundle in web/.
import React from 'https://esm.sh/react@19.2.0';
import { createRoot } from 'https://esm.sh/react-dom@19.2.0/client?deps=react@19.2.0';
import { createGraphiQLFetcher } from 'https://esm.sh/@graphiql/toolkit@0.11.3?deps=graphql@16.12.0';
import { GraphiQL } from 'https://esm.sh/graphiql@5.4.0?deps=react@19.2.0,react-dom@19.2.0,graphql@16.12.0';
import { createClient } from 'https://esm.sh/graphql-ws@6.0.6?deps=graphql@16.12.0';

// Relative to the page, because a proxy may serve Liaison under a path.
const url = new URL('graphql', location.href);
const socketUrl = Object.assign(new URL(url), { protocol: url.protocol.replace('http', 'ws') });
const wsClient = createClient({ url: socketUrl.href });
const fetcher = createGraphiQLFetcher({ url: url.href, wsClient });
createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, { fetcher }));
