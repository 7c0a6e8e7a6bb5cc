// The main operations of a single-page app through Apollo Client, and its persisted queries. It cleans up after itself.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { v7 } from 'uuid';
import { url } from './server.mjs';

const client = new ApolloClient({
  link: ApolloLink.from([new HttpLink({ uri: url, fetch })]),
  cache: new InMemoryCache({ typePolicies: { Query: { fields: { contacts: relayStylePagination(['filter']) } } } }),
});
const mark = `Zz${Date.now()}`;

async function mutate(mutation, variables) {
  const { data } = await client.mutate({ mutation, variables });
  return Object.values(data)[0];
}
const codes = (payload) => payload.userErrors.map((error) => error.code);

const CONTACT = gql`
  fragment ContactFields on Contact {
    id name email status version
    user { id email isPlaceholder }
    primaryMembership { id role company { id name } }
  }
`;
const CREATE = gql`
  mutation Create($id: ID, $input: ContactInput!) {
    createContact(id: $id, input: $input) { contact { ...ContactFields } userErrors { code field } }
  }
  ${CONTACT}
`;
const UPDATE = gql`
  mutation Update($id: ID!, $input: ContactInput!, $version: Int) {
    updateContact(id: $id, input: $input, expectedVersion: $version) {
      contact { ...ContactFields } userErrors { code }
    }
  }
  ${CONTACT}
`;
const LIST = gql`
  query List($filter: ContactFilter, $first: Int, $after: String) {
    contacts(filter: $filter, first: $first, after: $after) {
      edges { cursor node { ...ContactFields } }
      pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
      totalCount
    }
  }
  ${CONTACT}
`;
const BY_IDS = gql`query ByIds($ids: [ID!]!) { contactsByIds(ids: $ids) { id name } }`;
const SEARCH = gql`query Search($text: String!) { searchContacts(query: $text) { id name } }`;
const COUNTS = gql`query Counts { contactStatusCounts { active inactive trashed live } }`;
const CREATE_COMPANY = gql`
  mutation CreateCompany($input: CompanyInput!) { createCompany(input: $input) { company { id name } userErrors { code } } }
`;
const ADD_MEMBERSHIP = gql`
  mutation AddMembership($contact: ID!, $company: ID!, $role: String) {
    addMembership(contactId: $contact, companyId: $company, role: $role) {
      membership { id role isPrimary contact { id primaryMembership { id } } company { id } } userErrors { code }
    }
  }
`;
const CONNECT = gql`
  mutation Connect($contact: ID!, $email: String!) {
    connectUser(contactId: $contact, email: $email) {
      contact { id user { id email } } outcome userErrors { code conflictIds }
    }
  }
`;
const DISCONNECT = gql`
  mutation Disconnect($contact: ID!) { disconnectUser(contactId: $contact) { contact { id user { id } } userErrors { code } } }
`;
const LOG = gql`
  mutation Log($contact: ID!, $input: InteractionInput!) {
    createInteraction(contactId: $contact, input: $input) { interaction { id subject parties { name snapshot } } userErrors { code } }
  }
`;
const INTERACTIONS = gql`
  query Interactions($id: ID!) {
    contact(id: $id) { id lastInteractionAt interactions(first: 5) { nodes { id subject type } totalCount } }
  }
`;
const byId = (name) => gql`mutation($id: ID!) { ${name}(id: $id) { userErrors { code } } }`;

// Create, twice with the same id.
const ids = [v7(), v7(), v7()];
const names = ['Ánna', 'Berta', 'Çelik'].map((name) => `${mark} ${name}`);
for (const [place, id] of ids.entries()) {
  const input = { name: names[place], email: `${mark}${place}@example.com` };
  const payload = await mutate(CREATE, { id, input });
  assert.deepEqual([payload.contact.id, codes(payload)], [id, []]);
}
const again = await mutate(CREATE, { id: ids[0], input: { name: 'Another' } });
assert.equal(again.contact.name, names[0]);
const refused = await mutate(CREATE, { input: { name: '', email: 'x' } });
assert.deepEqual([codes(refused), refused.contact], [['BLANK', 'INVALID'], null]);
console.log('created, repeated, refused');

// A company and a membership.
const { company } = await mutate(CREATE_COMPANY, { input: { name: `${mark} Company` } });
const { membership } = await mutate(ADD_MEMBERSHIP, { contact: ids[0], company: company.id, role: 'CEO' });
assert.equal(membership.isPrimary, true);

// Paging, merged by the cache's own Relay policy.
const filter = { name: { startsWith: mark } };
const query = client.watchQuery({ query: LIST, variables: { filter, first: 2 } });
const first = await query.refetch();
assert.deepEqual(first.data.contacts.edges.map((edge) => edge.node.name), names.slice(0, 2));
assert.equal(first.data.contacts.totalCount, 3);
await query.fetchMore({ variables: { after: first.data.contacts.pageInfo.endCursor } });
const merged = client.readQuery({ query: LIST, variables: { filter } });
assert.deepEqual(merged.contacts.edges.map((edge) => edge.node.name), names);
assert.equal(merged.contacts.edges[0].node.primaryMembership.company.name, `${mark} Company`);

// An update reaches the list through the normalised cache; a stale one is refused.
const version = merged.contacts.edges[0].node.version;
const updated = await mutate(UPDATE, { id: ids[0], input: { name: `${names[0]} New` }, version });
assert.equal(updated.contact.version, version + 1);
const cached = client.readQuery({ query: LIST, variables: { filter } });
assert.equal(cached.contacts.edges[0].node.name, `${names[0]} New`);
assert.deepEqual(codes(await mutate(UPDATE, { id: ids[0], input: { name: 'X' }, version })), ['STALE_VERSION']);
console.log('paged, merged, updated in the cache');

// Search ignores case and accents; ids come in the order asked.
const search = await client.query({ query: SEARCH, variables: { text: `${mark} ANNA` } });
assert.deepEqual(search.data.searchContacts.map((contact) => contact.id), [ids[0]]);
const found = await client.query({ query: BY_IDS, variables: { ids: [ids[2], 'x', ids[1]] } });
assert.deepEqual(found.data.contactsByIds.map((contact) => contact.id), [ids[2], ids[1]]);

// Login links.
const email = `${mark}@example.com`;
assert.equal((await mutate(CONNECT, { contact: ids[0], email })).outcome, 'CREATED');
assert.equal((await mutate(CONNECT, { contact: ids[0], email: email.toUpperCase() })).outcome, 'EXISTING');
const taken = await mutate(CONNECT, { contact: ids[1], email });
assert.deepEqual([codes(taken), taken.userErrors[0].conflictIds], [['USER_ALREADY_LINKED'], [ids[0]]]);
assert.equal((await mutate(DISCONNECT, { contact: ids[0] })).contact.user, null);

// Interactions.
const input = { type: 'CALL', subject: 'Hello', parties: [{ name: 'Berta', contactId: ids[1] }] };
const logged = await mutate(LOG, { contact: ids[0], input });
assert.equal(logged.interaction.parties[0].snapshot.name, names[1]);
const { data: seen } = await client.query({ query: INTERACTIONS, variables: { id: ids[1] } });
assert.deepEqual([seen.contact.interactions.totalCount, seen.contact.interactions.nodes[0].type], [1, 'CALL']);
console.log('searched, connected, logged');

// The trash, and errors of the request.
const before = (await client.query({ query: COUNTS, fetchPolicy: 'network-only' })).data.contactStatusCounts;
assert.deepEqual(codes(await mutate(byId('trashContact'), { id: ids[2] })), []);
assert.deepEqual(codes(await mutate(byId('trashContact'), { id: ids[2] })), ['ALREADY_TRASHED']);
const after = (await client.query({ query: COUNTS, fetchPolicy: 'network-only' })).data.contactStatusCounts;
assert.deepEqual([after.trashed, after.live], [before.trashed + 1, before.live - 1]);
assert.deepEqual(codes(await mutate(byId('restoreContact'), { id: ids[2] })), []);
await assert.rejects(client.query({ query: LIST, variables: { filter, first: 1000 }, fetchPolicy: 'network-only' }), (error) =>
  CombinedGraphQLErrors.is(error) && error.errors[0].extensions.code === 'BAD_USER_INPUT');

for (const id of ids) assert.deepEqual(codes(await mutate(byId('deleteContact'), { id })), []);
assert.deepEqual(codes(await mutate(byId('deleteCompany'), { id: company.id })), []);
console.log('Apollo Client: all operations answered as expected');
client.stop();

// Automatic persisted queries: what the server does not know is sent again with its text, and by its hash alone afterwards.
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
for (const useGETForHashedQueries of [false, true]) {
  const sent = [];
  const watched = async (uri, options) => {
    const response = await fetch(uri, options);
    const { errors } = await response.clone().json();
    const members = options.method === 'GET' ? Object.fromEntries(new URL(uri).searchParams) : JSON.parse(options.body);
    sent.push([options.method, 'query' in members ? 'text' : 'hash', errors?.[0].extensions.code ?? 'data']);
    return response;
  };
  const links = [new PersistedQueryLink({ sha256, useGETForHashedQueries }), new HttpLink({ uri: url, fetch: watched })];
  const persisting = new ApolloClient({ link: ApolloLink.from(links), cache: new InMemoryCache() });
  const byHash = useGETForHashedQueries ? 'GET' : 'POST';
  const name = `${mark}${byHash}`;
  const query = gql(`query ${name}($id: ID!) { contact(id: $id) { id } }`);
  const change = gql(`mutation ${name}($id: ID!) { trashContact(id: $id) { userErrors { code } } }`);
  const notFound = 'PERSISTED_QUERY_NOT_FOUND';
  for (const variables of [{ id: v7() }, { id: v7() }]) {
    assert.equal((await persisting.query({ query, variables, fetchPolicy: 'no-cache' })).data.contact, null);
  }
  assert.deepEqual(sent.splice(0), [[byHash, 'hash', notFound], ['POST', 'text', 'data'], [byHash, 'hash', 'data']]);
  for (const variables of [{ id: v7() }, { id: v7() }]) {
    const { data } = await persisting.mutate({ mutation: change, variables, fetchPolicy: 'no-cache' });
    assert.deepEqual(codes(data.trashContact), ['NOT_FOUND']);
  }
  assert.deepEqual(sent.splice(0), [['POST', 'hash', notFound], ['POST', 'text', 'data'], ['POST', 'hash', 'data']]);
  persisting.stop();
}

// A hash of something else is refused, and not kept.
const persist = async (body) => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
};
const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(mark) } };
const wrong = await persist({ query: '{ __typename }', extensions });
assert.deepEqual([wrong.data ?? null, wrong.errors[0].extensions.code], [null, 'BAD_USER_INPUT']);
assert.equal((await persist({ extensions })).errors[0].extensions.code, 'PERSISTED_QUERY_NOT_FOUND');
console.log('Apollo Client: persisted queries by POST and by GET');
