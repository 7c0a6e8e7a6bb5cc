import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';

// The API is on the page's own origin, behind Vite's proxy or the production one, unless the build says otherwise.
const url = new URL(import.meta.env.VITE_LIAISON_URL ?? '/graphql', location.href);

/** Starts over without anything that the session has loaded: the page shows the sign-in form when nobody is signed in. */
export const startOver = () => location.reload();

/** The `extensions.code` of a refused operation. */
export function codeOf(error: unknown) {
  return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : undefined;
}

const socket = createClient({
  url: url.href.replace('http', 'ws'),
  // The browser sends the cookie with the upgrade, so there is no token to pass. `useChanges` connects again itself,
  // because only it knows the last cursor.
  retryAttempts: 0,
  on: {
    // 4403 says that the session has ended.
    closed: (event) => {
      if ((event as CloseEvent).code === 4403) startOver();
    },
  },
});

const onError = new ErrorLink(({ error, operation }) => {
  if (codeOf(error) === 'UNAUTHENTICATED' && operation.operationName !== 'SignIn') startOver();
});

const overHttp = ApolloLink.from([onError, new HttpLink({ uri: url.href, credentials: 'include' })]);

export const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(socket),
    overHttp,
  ),
  cache: new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          contacts: {
            // One list for each search, which every further page is added to.
            keyArgs: ['search', 'orderBy'],
            merge: (list, page, { args }) =>
              list && args?.after ? { ...page, nodes: [...list.nodes, ...page.nodes] } : page,
          },
        },
      },
    },
  }),
});
