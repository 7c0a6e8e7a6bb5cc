import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

const fetcher = createGraphiQLFetcher({ url: '/graphql' });

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
