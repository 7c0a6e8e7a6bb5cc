// The rules of filters, as docs/api.md states them, over records in memory.

/** Thrown for a question whose answer this reference does not state. The round is then drawn again. */
export class Unstated extends Error {}

const given = (value) => value !== null && value !== undefined;

/** Reads an id: 36 characters, in any case; null for what is malformed. */
export function parseId(text) {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}

/** Instants in microseconds. */
export function micros(text) {
  const [, seconds, fraction = '', zone] = /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/i.exec(text);
  return BigInt(Date.parse(`${seconds}${zone}`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

/** Operators of which each given one must hold. A null operator counts as left out. */
function all(operators, filter) {
  return Object.entries(filter).every(([name, wanted]) => {
    if (!given(wanted)) return true;
    if (!operators[name]) throw new Unstated(`the operator ${name}`);
    return operators[name](wanted);
  });
}

function text(value, filter, fold = (letters) => letters) {
  const own = given(value) ? fold(value) : null;
  const search = (wanted, found) => {
    if (own === null) return false;
    if (wanted === '') return true;
    return found(own, needle(wanted));
  };
  return all(
    {
      eq: (wanted) => own === fold(wanted),
      neq: (wanted) => own !== fold(wanted),
      in: (wanted) => wanted.some((item) => own === fold(item)),
      notIn: (wanted) => !wanted.some((item) => own === fold(item)),
      isNull: (wanted) => (own === null) === wanted,
      contains: (wanted) => search(wanted, (letters, part) => letters.includes(part)),
      startsWith: (wanted) => search(wanted, (letters, part) => letters.startsWith(part)),
      endsWith: (wanted) => search(wanted, (letters, part) => letters.endsWith(part)),
    },
    filter,
  );
}

/** A text to search for. Only digits and @ have no other form, so folding is stated for nothing else. */
export function needle(wanted) {
  if (!/^[0-9@]+$/.test(wanted)) throw new Unstated('folding');
  return wanted;
}

const email = (value, filter) =>
  text(value, filter, (letters) => {
    if (!/^[\x20-\x7e]*$/.test(letters)) throw new Unstated('lower case');
    return letters.toLowerCase();
  });

/** A phone number: parts without letters are compared by their digits. */
const phone = (value, filter) => {
  const { contains, ...others } = filter;
  const digits = given(contains) && !/\p{L}/u.test(contains) ? contains.replace(/\D/g, '') : '';
  if (digits === '') return text(value, filter);
  return (value ?? '').replace(/\D/g, '').includes(digits) && text(value, others);
};

function id(value, filter) {
  return all(
    {
      eq: (wanted) => value !== null && value === parseId(wanted),
      neq: (wanted) => value === null || value !== parseId(wanted),
      in: (wanted) => value !== null && wanted.some((item) => value === parseId(item)),
      notIn: (wanted) => value === null || !wanted.some((item) => value === parseId(item)),
      isNull: (wanted) => (value === null) === wanted,
    },
    filter,
  );
}

function time(value, filter) {
  const own = given(value) ? micros(value) : null;
  const compare = (holds) => (wanted) => own !== null && holds(own, micros(wanted));
  return all(
    {
      eq: compare((left, right) => left === right),
      gt: compare((left, right) => left > right),
      gte: compare((left, right) => left >= right),
      lt: compare((left, right) => left < right),
      lte: compare((left, right) => left <= right),
      isNull: (wanted) => (own === null) === wanted,
    },
    filter,
  );
}

const status = (value, filter) =>
  all(
    {
      eq: (wanted) => value === wanted,
      neq: (wanted) => value !== wanted,
      in: (wanted) => wanted.includes(value),
    },
    filter,
  );

/** The tests of one resource, with `and`, `or` and `not` over them. */
function resource(record, filter, tests) {
  return all(
    {
      and: (parts) => parts.every((part) => resource(record, part, tests)),
      or: (parts) => parts.some((part) => resource(record, part, tests)),
      not: (part) => !resource(record, part, tests),
      ...Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, (wanted) => test(wanted, record)])),
    },
    filter,
  );
}

const field = (name, test) => (wanted, record) => test(record[name], wanted);
const common = {
  id: field('id', id),
  name: field('name', text),
  email: field('email', email),
  externalId: field('externalId', text),
  status: field('status', status),
  createdAt: field('createdAt', time),
  updatedAt: field('updatedAt', time),
};

/** True when the contact passes the filter. */
export function contactPasses(records, contact, filter) {
  return resource(contact, filter, {
    ...common,
    phone: field('phone', phone),
    trashedAt: field('trashedAt', time),
    lastInteractionAt: field('lastInteractionAt', time),
    userId: (wanted) => id(contact.user?.id ?? null, wanted),
    withoutCompany: (wanted) => (contact.memberships.length === 0) === wanted,
    membership: (wanted) =>
      contact.memberships.some((membership) =>
        all(
          {
            companyId: (test) => id(membership.company.id, test),
            companyName: (test) => text(records.companies.get(membership.company.id).name, test),
            role: (test) => text(membership.role, test),
            department: (test) => text(membership.department, test),
            industry: (test) => text(records.companies.get(membership.company.id).industry, test),
            isPrimary: (test) => membership.isPrimary === test,
          },
          wanted,
        ),
      ),
  });
}

/** True when the company passes the filter. */
export function companyPasses(_records, company, filter) {
  return resource(company, filter, {
    ...common,
    website: field('website', text),
    industry: field('industry', text),
    withoutContacts: (wanted) => (company.memberships.edges.length === 0) === wanted,
  });
}

/** True when the interaction passes the filter. */
export function interactionPasses(_records, interaction, filter) {
  return resource(interaction, filter, {
      contactId: (wanted) => id(interaction.contact?.id ?? null, wanted),
      companyId: (wanted) => id(interaction.company?.id ?? null, wanted),
      ownerId: (wanted) => id(interaction.owner?.id ?? null, wanted),
      occurredAt: (wanted) => time(interaction.occurredAt, wanted),
      subject: (wanted) => text(interaction.subject, wanted),
      body: (wanted) => text(interaction.body, wanted),
      type: (wanted) => wanted.includes(interaction.type),
  });
}

/** True when a test of a status stands anywhere in the filter, so that trashed records are not left out. */
export function namesStatus(filter) {
  const within = [...(filter.and ?? []), ...(filter.or ?? []), ...(filter.not ? [filter.not] : [])];
  return Object.values(filter.status ?? {}).some(given) || within.some(namesStatus);
}
