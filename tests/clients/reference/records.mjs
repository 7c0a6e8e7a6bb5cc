// Everything that the server holds, read once, so that the reference answers from memory.

/** Sends a request and gives the data; an error in it ends the program. */
export async function ask(url, query, variables = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors) throw new Error(`${query}\n${JSON.stringify(answer.errors)}`);
  return answer.data;
}

const CONTACT = `id name email phone notes externalId status metadata version createdAt updatedAt trashedAt lastInteractionAt
  emails { value label __typename } phones { value label __typename } links { value label __typename }
  addresses { label street locality region postalCode country formatted __typename } birthday tags card
  user { id } primaryMembership { id }
  memberships { id role department isPrimary position createdAt updatedAt company { id } contact { id } }`;
const COMPANY = `id name email phone website industry address notes tags externalId status metadata version createdAt updatedAt
  trashedAt memberships(first: 200) { edges { cursor node { id } } }`;
const INTERACTION = `id subject body type metadata version createdAt updatedAt occurredAt timeZone contact { id } company { id } owner { id }
  parties { name snapshot contact { id } }`;
const USER = 'id email name role source isPlaceholder createdAt deactivatedAt contact { id }';
const CHANGE = 'type at subjectType subjectId contactId batchId actorType actor { id } subject { id } fields { field before after }';

/** The orders whose cursors the reference knows, by the name of the list. */
export const ORDERS = {
  contacts: ['NAME', 'EMAIL', 'CREATED_AT', 'UPDATED_AT', 'LAST_INTERACTION_AT'],
  companies: ['NAME', 'CREATED_AT', 'UPDATED_AT'],
};

/** Reads all records, and each list's rows with their cursors. */
export async function readRecords(url) {
  /** All edges of a list, page by page. */
  async function edges(field, node, given = '', size = 200) {
    const all = [];
    for (let after = null; ;) {
      const query = `query($after: String) { list: ${field}(first: ${size}, after: $after${given}) {
        edges { cursor node { ${node} } } pageInfo { hasNextPage endCursor } } }`;
      const { list } = await ask(url, query, { after });
      all.push(...list.edges);
      if (!list.pageInfo.hasNextPage) return all;
      after = list.pageInfo.endCursor;
    }
  }
  const byId = (rows) => new Map(rows.map((row) => [row.id, row]));
  const nodes = (rows) => rows.map((edge) => edge.node);

  const contacts = byId(nodes(await edges('contacts', CONTACT, ', includeTrashed: true', 100)));
  const companies = byId(nodes(await edges('companies', COMPANY, ', includeTrashed: true', 20)));
  const users = await edges('users', USER);
  const interactions = await edges('interactions', INTERACTION, '', 100);
  const hidden = await edges(
    'contacts',
    `interactions(first: 200, involvement: SUBJECT) { edges { cursor node { ${INTERACTION} } } }`,
    ', filter: { status: { eq: TRASHED } }',
    4,
  );
  interactions.push(...nodes(hidden).flatMap((contact) => contact.interactions.edges));

  const lists = {};
  for (const [list, fields] of Object.entries(ORDERS)) {
    for (const field of fields) {
      for (const direction of ['ASC', 'DESC']) {
        const order = `, includeTrashed: true, orderBy: [{ field: ${field}, direction: ${direction} }]`;
        lists[`${list} ${field} ${direction}`] = await edges(list, 'id', order);
      }
    }
  }
  const { viewer, apiKeys } = await ask(
    url,
    '{ viewer { role user { id } contact { id } apiKey { id } } apiKeys { id } }',
  );
  return {
    contacts,
    companies,
    memberships: byId([...contacts.values()].flatMap((contact) => contact.memberships)),
    users: byId(nodes(users)),
    userEdges: users,
    interactions: byId(nodes(interactions)),
    interactionEdges: newestFirst(interactions),
    changes: await edges('changes', CHANGE),
    lists,
    viewer,
    apiKeys,
  };
}

/** Orders interactions as the server does: by the instant, then by the id, both falling. */
function newestFirst(edges) {
  const key = ({ node }) => `${node.occurredAt} ${node.id}`;
  return edges.sort((left, right) => (key(left) < key(right) ? 1 : -1));
}
