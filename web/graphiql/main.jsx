import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

// Relative to the page, because a proxy may serve Liaison under a path.
const url = new URL('graphql', location.href);
const subscriptionUrl = Object.assign(new URL(url), { protocol: url.protocol.replace('http', 'ws') });

// Subscriptions go over a WebSocket, by graphql-ws. The browser sends its session's cookie along; what stands under
// Headers goes into the payload of `connection_init`, so that a token there signs in both ways.
const fetcher = createGraphiQLFetcher({ url: url.href, subscriptionUrl: subscriptionUrl.href });

const firstQuery = `# Liaison's API. The book on the left is its reference; Ctrl+Space completes.
query Contacts {
  contacts(first: 10) {
    totalCount
    nodes {
      id
      name
      email
      primaryMembership {
        role
        company {
          name
        }
      }
    }
  }
}
`;

createRoot(document.getElementById('graphiql')).render(<GraphiQL fetcher={fetcher} defaultQuery={firstQuery} />);
