// Inputs that are checked, and mutations that find nothing to write to.
import { parseId, Unstated } from './filters.mjs';

const LINE_MAX = 255;

const given = (value) => value !== null && value !== undefined;
const unstated = (why) => () => {
  throw new Unstated(why);
};

const CONTACT_FIELDS = { email: LINE_MAX, externalId: LINE_MAX, notes: 100_000, phone: 50 };
const COMPANY_FIELDS = { ...CONTACT_FIELDS, address: 1000, industry: LINE_MAX, website: LINE_MAX };

/** Texts that are certainly stored as they are. */
const isPlain = (text) =>
  !/^[^\x21-\x7e\xa1-\xac\xae-\xff\u{1f600}-\u{1f64f}]|[^\x21-\x7e\xa1-\xac\xae-\xff\u{1f600}-\u{1f64f}]$|\0/u.test(
    text,
  );

/** The fields that check an input without writing it. */
export function validations(records) {
  return {
    validateContact: validation(records, 'contacts', CONTACT_FIELDS),
    validateCompany: validation(records, 'companies', COMPANY_FIELDS),
  };
}

/** Gives the form in which a new record would be stored. Only inputs without a fault, and with nothing to trim, are stated. */
function validation(records, resource, limits) {
  return ({ id, input }) => {
    const normalize = () => {
      if (given(id) || !input.name || input.name.length > LINE_MAX || !isPlain(input.name))
        throw new Unstated('a fault');
      const stored = { metadata: normalizedMetadata(input), name: input.name, status: input.status ?? 'ACTIVE' };
      if (input.status === null) throw new Unstated('no status');
      for (const [field, limit] of Object.entries(limits)) {
        const text = input[field] || null;
        if (text !== null && (text.length > limit || !isPlain(text))) throw new Unstated('a fault');
        stored[field] = text;
      }
      if (resource === 'contacts') {
        const lists = ['emails', 'phones', 'links', 'addresses', 'birthday', 'tags'];
        if (lists.some((field) => field in input)) throw new Unstated('lists');
        const points = (value) => (value === null ? [] : [{ value }]);
        Object.assign(stored, { emails: points(stored.email), phones: points(stored.phone) });
        Object.assign(stored, { links: [], addresses: [], birthday: null, tags: [] });
      } else if ('tags' in input) throw new Unstated('tags');
      else stored.tags = [];
      if (stored.email !== null && !/^[a-z0-9]+@[a-z0-9]+\.[a-z]{2,}$/.test(stored.email))
        throw new Unstated('an address');
      const holders = [...records[resource].values()];
      if (stored.externalId !== null && holders.some((record) => record.externalId === stored.externalId)) {
        throw new Unstated('a taken key');
      }
      return sorted(stored);
    };
    return { normalized: normalize, userErrors: () => normalize() && [], duplicates: unstated('duplicates') };
  };
}

/** The metadata of an input; anything but an object, and numbers that are not short and plain, are not stated. */
function normalizedMetadata({ metadata = {} }) {
  if (metadata === null || typeof metadata !== 'object' || Array.isArray(metadata)) throw new Unstated('no object');
  const visit = (value) => {
    if (typeof value === 'number' && (Math.abs(value) > 1e6 || (value !== 0 && Math.abs(value) < 1e-3))) {
      throw new Unstated('a long number');
    }
    if (typeof value === 'string' && value.includes('\0')) throw new Unstated('NUL');
    if (value !== null && typeof value === 'object') Object.values(value).forEach(visit);
  };
  visit(metadata);
  return metadata;
}

/** The same JSON with the members of each object in the order in which the server stores them. */
function sorted(value) {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** Payload fields of a mutation of a record that is not there: nothing was done. */
const NOTHING = {
  contacts: [],
  duplicates: unstated('duplicates'),
  conflicts: [],
  movedMembershipCount: 0,
  movedInteractionCount: 0,
  deletedMembershipCount: 0,
  deletedInteractionCount: 0,
  current: unstated('the holder of a key'),
  userErrors: unstated('texts of errors'),
};

/** The fields of the mutation type: each is stated only for ids that name nothing, so that nothing is written. */
export function mutationRoot(schema, records) {
  const isKnown = (id) =>
    ['contacts', 'companies', 'memberships', 'users', 'interactions'].some((name) => records[name].has(parseId(id)));
  const named = { trashContacts: 'ids', restoreContacts: 'ids', setUserRole: 'userId', revokeApiKey: 'id' };
  const root = {};
  for (const [name, field] of Object.entries(schema.getMutationType().getFields())) {
    const has = (argument) => field.args.some((arg) => arg.name === argument && String(arg.type).endsWith('!'));
    const argument = named[name] ?? ['contactId', 'id'].find(has);
    root[name] = (args) => {
      const ids = argument ? [args[argument]].flat() : [];
      if (!argument || ids.some(isKnown)) throw new Unstated('a write');
      return { ...NOTHING };
    };
  }
  return root;
}
