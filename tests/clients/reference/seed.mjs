// A few records of every kind, with exotic texts and a history, beside those that the server has.
import { ask } from './records.mjs';

const MARK = `Zz${Date.now()}`;

/** Writes the records and gives the function that deletes them. */
export async function writeRecords(url) {
  const write = async (field, types, variables, selected) => {
    const defined = Object.entries(types)
      .map(([name, type]) => `$${name}: ${type}`)
      .join(', ');
    const given = Object.keys(types)
      .map((name) => `${name}: $${name}`)
      .join(', ');
    const query = `mutation(${defined}) { done: ${field}(${given}) { ${selected} userErrors { code field } } }`;
    const { done } = await ask(url, query, variables);
    if (done.userErrors.length > 0) throw new Error(`${field}: ${JSON.stringify(done.userErrors)}`);
    return done;
  };
  const forId = (field, id) => write(field, { id: 'ID!' }, { id }, '__typename');
  const contact = async (input) =>
    (await write('createContact', { input: 'ContactInput!' }, { input }, 'contact { id }')).contact.id;

  const first = await contact({
    name: `${MARK} \u{1F600} "quoted" \\ back\nline \u2028`,
    email: `${MARK}@example.com`,
    externalId: `reference:${MARK}`,
    metadata: { nested: { list: [1, -2.5, 'é', null, true, {}] }, '"\\': '\u{10FFFF}' },
  });
  const second = await contact({ name: `${MARK} trashed` });
  const { company } = await write(
    'createCompany',
    { input: 'CompanyInput!' },
    { input: { name: `${MARK} & Söhne` } },
    'company { id }',
  );
  const ids = { contactId: first, companyId: company.id };
  const membership = await write('addMembership', { contactId: 'ID!', companyId: 'ID!' }, ids, 'membership { id }');
  const renamed = { id: membership.membership.id, input: { role: 'Ärztin', position: 3 } };
  await write('updateMembership', { id: 'ID!', input: 'MembershipInput!' }, renamed, '__typename');
  const interaction = {
    contactId: first,
    input: { subject: MARK, body: '', parties: [{ name: 'B' }, { name: 'C', contactId: second }] },
  };
  await write('createInteraction', { contactId: 'ID!', input: 'InteractionInput!' }, interaction, '__typename');
  const changed = { id: first, input: { phone: '123', notes: '#"""', metadata: { b: [[]], a: 1 } } };
  await write('updateContact', { id: 'ID!', input: 'ContactInput!' }, changed, '__typename');
  for (const field of ['trashContact', 'restoreContact', 'trashContact']) await forId(field, second);

  return async () => {
    for (const id of [first, second]) await forId('deleteContact', id);
    await forId('deleteCompany', company.id);
  };
}
