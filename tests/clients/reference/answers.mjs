// The reference: graphql-js over the server's own schema, with resolvers over the records in memory.
import { GraphQLError } from 'graphql';
import { companyPasses, contactPasses, interactionPasses, namesStatus, needle, parseId, Unstated } from './filters.mjs';
import { validations } from './writes.mjs';

const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 200;
const PICKER_MAX = 50;
const IDS_MAX = 200;

const given = (value) => value !== null && value !== undefined;
const unstated = (why) => () => {
  throw new Unstated(why);
};
const refuse = (message) => {
  throw new GraphQLError(message);
};

/** The part of a list that the arguments ask for. `rows` are in order; `passes` leaves rows out, which keep their places. */
function page({ first, last, after, before }, rows, passes = () => true) {
  const size = pageSize(first, last);
  const place = (cursor) => {
    const found = rows.findIndex((row) => row.cursor === cursor);
    if (found < 0 && /^[A-Za-z0-9_-]{16,}$/.test(cursor)) throw new Unstated('a cursor of another list');
    return found < 0 ? refuse('not a cursor') : found;
  };
  const from = given(after) ? place(after) + 1 : 0;
  const to = given(before) ? place(before) : rows.length;
  const within = rows.slice(from, Math.max(from, to)).filter(passes);
  const edges = given(last) ? within.slice(Math.max(0, within.length - size)) : within.slice(0, size);
  const more = within.length > size;
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: given(last) ? given(before) : more,
      hasPreviousPage: given(last) ? more : given(after),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: () => rows.filter(passes).length,
  };
}

function pageSize(first, last) {
  if (given(first) && given(last)) refuse('give either `first` or `last`');
  const size = first ?? last ?? PAGE_SIZE;
  if (size < 0 || size > PAGE_SIZE_MAX) refuse('no such page size');
  return size;
}

const checkIds = (ids) => (ids.length > IDS_MAX ? refuse('too many ids') : ids);
const distinct = (ids) => [...new Set(checkIds(ids).map(parseId).filter(given))];

/** The text that a search looks for; null when it is blank. */
function term(text) {
  return given(text) && text.trim() !== '' ? needle(text.trim()) : null;
}
/** Searches for words have tests of their own, in `tests/it/search_words.rs`. */
const contains = (part) => {
  if (part !== null) throw new Unstated('a search');
  return true;
};

/** The fields of the query type, over `records`. */
export function queryRoot(records) {
  const objects = linked(records);
  const { contacts, companies, interactions, memberships, users } = objects;
  const all = [contacts, companies, interactions, memberships, users];
  const find = (id) => {
    const key = parseId(id);
    return all.map((rows) => rows.get(key)).find(given) ?? null;
  };
  const one =
    (rows) =>
    ({ id }) =>
      rows.get(parseId(id)) ?? null;
  const some =
    (rows) =>
    ({ ids }) =>
      distinct(ids)
        .map((id) => rows.get(id))
        .filter(given);
  const selected =
    (name, passes, texts) =>
    ({ filter, search, includeTrashed }) => {
      const part = term(search);
      const showsAll = includeTrashed || (given(filter) && namesStatus(filter));
      return (record) =>
        (showsAll || record.status !== 'TRASHED') &&
        contains(part) &&
        (!given(filter) || passes(records, records[name].get(record.id), filter));
    };
  const contactsOf = selected('contacts', contactPasses, (contact) => [contact.name, contact.email]);
  const companiesOf = selected('companies', companyPasses, (company) => [company.name]);
  const list = (name, rows, passes) => (args) => {
    const order = args.orderBy?.length ? args.orderBy : [{ field: 'NAME', direction: 'ASC' }];
    if (order.length > 1) throw new Unstated('an order of several keys');
    const edges = records.lists[`${name} ${order[0].field} ${order[0].direction}`];
    const resolved = edges.map(({ cursor, node }) => ({ cursor, node: rows.get(node.id) }));
    const holds = passes(args);
    return page(args, resolved, (edge) => holds(edge.node));
  };
  const count = (rows, passes) => (args) => [...rows.values()].filter(passes(args)).length;
  const statusCounts = (rows) => () => {
    const having = (status) => [...rows.values()].filter((record) => record.status === status).length;
    const [active, inactive, trashed] = ['ACTIVE', 'INACTIVE', 'TRASHED'].map(having);
    return { active, inactive, trashed, live: active + inactive };
  };
  const search =
    (name, rows, texts) =>
    ({ query, limit, excludeIds }) => {
      checkIds(excludeIds);
      if (limit < 0 || limit > PICKER_MAX) refuse('no such limit');
      const part = term(query);
      if (part === null) return [];
      const excluded = new Set(distinct(excludeIds));
      const inOrder = records.lists[`${name} NAME ASC`].map(({ node }) => rows.get(node.id));
      const found = inOrder.filter(
        (row) => row.status !== 'TRASHED' && !excluded.has(row.id) && contains(part),
      );
      return found.slice(0, limit);
    };
  return {
    node: ({ id }) => find(id),
    nodes: ({ ids }) => checkIds(ids).map(find),
    contact: one(contacts),
    company: one(companies),
    interaction: one(interactions),
    user: one(users),
    contactsByIds: some(contacts),
    companiesByIds: some(companies),
    contactByUser: ({ userId }) => (given(userId) ? (users.get(parseId(userId))?.contact() ?? null) : null),
    contactByIdentifier: ({ identifier }) => {
      if (given(identifier.id)) return contacts.get(parseId(identifier.id)) ?? null;
      if (given(identifier.externalId)) {
        return [...contacts.values()].find((contact) => contact.externalId === identifier.externalId) ?? null;
      }
      const live = [...records.contacts.values()].filter((contact) => contact.status !== 'TRASHED');
      const found = live.filter((contact) => contactPasses(records, contact, { email: { eq: identifier.email } }));
      return found.length > 1 ? refuse('ambiguous') : (contacts.get(found[0]?.id) ?? null);
    },
    contacts: list('contacts', contacts, contactsOf),
    companies: list('companies', companies, companiesOf),
    contactCount: count(contacts, contactsOf),
    companyCount: count(companies, companiesOf),
    contactStatusCounts: statusCounts(contacts),
    companyStatusCounts: statusCounts(companies),
    searchContacts: search('contacts', contacts, (contact) => [contact.name, contact.email]),
    searchCompanies: search('companies', companies, (company) => [company.name]),
    interactions: (args) =>
      page(
        args,
        objects.interactionEdges,
        ({ node }) =>
          (contacts.get(node.subjectId) ?? companies.get(node.companyId)).status !== 'TRASHED' &&
          (!given(args.filter) || interactionPasses(records, records.interactions.get(node.id), args.filter)),
      ),
    users: (args) => {
      const part = term(args.search);
      return page(
        args,
        objects.userEdges,
        ({ node }) =>
          contains(part) &&
          (!given(args.roles) || args.roles.includes(node.role)) &&
          (!given(args.isPlaceholder) || args.isPlaceholder === node.isPlaceholder),
      );
    },
    changes: (args) => {
      const size = pageSize(args.first, null);
      const contactId = given(args.contactId) ? parseId(args.contactId) : null;
      if (given(args.contactId) && contactId === null) throw new Unstated('a malformed contact');
      if (size === 0) throw new Unstated('where the feed ends now');
      return page(
        args,
        objects.changeEdges,
        ({ node }) =>
          (contactId === null || node.contactId === contactId) &&
          (!given(args.subjectTypes) || args.subjectTypes.includes(node.subjectType)),
      );
    },
    // What another request writes meanwhile is not stated.
    tags: unstated('tags'),
    batches: unstated('batches'),
    duplicateGroups: unstated('duplicates'),
    webhooks: unstated('webhooks'),
    importJob: unstated('an import'),
    importJobs: unstated('imports'),
    viewer: () => records.viewer && { ...records.viewer, sessions: unstated('sessions') },
    apiKeys: () => records.apiKeys,
    ...validations(records),
  };
}

/** The records with their relations as functions, and the edges that hold them. */
function linked(records) {
  const objects = {};
  const make = (name, typename, rows, more) => {
    objects[name] = new Map();
    for (const row of rows.values()) objects[name].set(row.id, { ...row, __typename: typename, ...more(row) });
  };
  const reference = (name, link) => () => (link ? objects[name].get(link.id) : null);
  const history = (holds) => (args) => {
    const size = pageSize(args.first, null);
    if (size === 0) throw new Unstated('an empty page of a history');
    return page(args, objects.changeEdges.filter(({ node }) => holds(node)).reverse());
  };
  make('contacts', 'Contact', records.contacts, (contact) => ({
    user: reference('users', contact.user),
    primaryMembership: reference('memberships', contact.primaryMembership),
    memberships: () => contact.memberships.map((membership) => objects.memberships.get(membership.id)),
    interactions: (args) =>
      page(
        args,
        objects.interactionEdges,
        ({ node }) =>
          isInvolved(records.interactions.get(node.id), contact.id, args.involvement) &&
          (!given(args.filter) || interactionPasses(records, records.interactions.get(node.id), args.filter)),
      ),
    history: history((change) => change.contactId === contact.id),
    duplicates: unstated('duplicates'),
    mergedInto: null,
  }));
  make('companies', 'Company', records.companies, (company) => ({
    memberships: (args) =>
      page(
        args,
        company.memberships.edges.map(({ cursor, node }) => ({
          cursor,
          node: objects.memberships.get(node.id),
        })),
      ),
    interactions: (args) =>
      page(
        args,
        objects.interactionEdges,
        ({ node }) =>
          node.companyId === company.id &&
          (!given(args.filter) || interactionPasses(records, records.interactions.get(node.id), args.filter)),
      ),
    history: history(
      (change) =>
        change.subjectId === company.id ||
        (change.subjectType === 'INTERACTION' && records.interactions.get(change.subjectId)?.company?.id === company.id),
    ),
  }));
  make('memberships', 'Membership', records.memberships, (membership) => ({
    contact: reference('contacts', membership.contact),
    company: reference('companies', membership.company),
  }));
  make('users', 'User', records.users, (user) => ({
    contact: reference('contacts', user.contact),
    lastSeenAt: unstated('when a user was seen'),
  }));
  make('interactions', 'Interaction', records.interactions, (interaction) => ({
    subjectId: interaction.contact?.id,
    companyId: interaction.company?.id,
    contact: reference('contacts', interaction.contact),
    company: reference('companies', interaction.company),
    owner: reference('users', interaction.owner),
    parties: interaction.parties.map((party) => ({ ...party, contact: reference('contacts', party.contact) })),
  }));
  const edges = (rows, name) => rows.map(({ cursor, node }) => ({ cursor, node: objects[name].get(node.id) }));
  objects.interactionEdges = edges(records.interactionEdges, 'interactions');
  objects.userEdges = edges(records.userEdges, 'users');
  const subjects = {
    CONTACT: 'contacts',
    COMPANY: 'companies',
    MEMBERSHIP: 'memberships',
    INTERACTION: 'interactions',
  };
  objects.changeEdges = records.changes.map(({ cursor, node }) => ({
    cursor,
    node: {
      ...node,
      actor: reference('users', node.actor),
      subject: reference(subjects[node.subjectType], node.subject),
    },
  }));
  return objects;
}

function isInvolved(interaction, contactId, involvement) {
  const isSubject = interaction.contact?.id === contactId;
  const isParty = interaction.parties.some((party) => party.contact?.id === contactId);
  return { ANY: isSubject || isParty, SUBJECT: isSubject, PARTY: isParty }[involvement];
}
