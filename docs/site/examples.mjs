// Examples of what a schema has. Those of operations are validated, so that none can be wrong.
import assert from 'node:assert/strict';
import {
  coerceInputValue,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  print,
  validate,
} from 'graphql';

/** Values of fields and arguments, by name; for others the type decides. */
const BY_NAME = {
  after: 'cursor', before: 'cursor', birthday: '1985-04-12', city: 'London', content: 'Name,Email\nAda,ada@example.com', country: 'GB',
  department: 'Research', domain: 'acme.example', email: 'ada@example.com', externalId: 'crm:42', findOrCreateByName: 'Analytical Engines',
  first: 50, label: 'work', last: 50, name: 'Ada Lovelace', newPassword: 'a long new password', notes: 'Met at the fair.', password: 'a long password',
  phone: '+44 20 7946 0958', role: 'Programmer', search: 'lovelace', timeZone: 'Europe/London', token: 'the token of the link',
  url: 'https://example.com/hook', website: 'https://acme.example', message: 'The name is missing.', tags: ['press'], addTags: ['press'], removeTags: ['old'],
};
const BY_TYPE = {
  ID: '019a0000-0000-7000-8000-000000000001', String: 'text', Int: 1, Float: 0.97, Boolean: true, DateTime: '2026-11-26T09:30:00.000000Z',
  PartialDate: '1985-04-12', JSON: { favourite: 'tea' },
};

/** Lists of objects, by the name of the field. */
const LISTS = {
  emails: [{ value: 'ada@example.com', label: 'work' }], phones: [{ value: '+44 20 7946 0958', label: 'work' }],
  links: [{ value: 'https://ada.example', label: 'home' }], addresses: [{ street: '12 St James’s Square', locality: 'London', country: 'GB' }],
};

/** The value of an input as JSON: what has to be given, and of the rest a few things that people give. */
export function jsonExample(type, name = '', depth = 0) {
  if (isNonNullType(type)) return jsonExample(type.ofType, name, depth);
  if (isListType(type) && name in LISTS && isInputObjectType(getNamedType(type))) return LISTS[name];
  if (isListType(type)) return [BY_NAME[name]].flat()[0] !== undefined && isLeafType(getNamedType(type)) ? [BY_NAME[name]].flat() : [jsonExample(type.ofType, name, depth)];
  if (isEnumType(type)) return type.getValues()[0].name;
  if (!isInputObjectType(type)) return typeof BY_NAME[name] === typeof BY_TYPE[type.name] ? BY_NAME[name] : BY_TYPE[type.name];
  const all = Object.values(type.getFields());
  const demanded = all.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
  const simple = all.filter((field) => !demanded.includes(field) && isLeafType(getNamedType(field.type)));
  const shown = type.isOneOf ? (simple.length > 0 ? simple : all).slice(0, 1) : [...demanded, ...simple.slice(0, depth === 0 ? 3 : 1)];
  return Object.fromEntries(shown.map((field) => [field.name, jsonExample(field.type, field.name, depth + 1)]));
}

/** A value of JSON as GraphQL writes it. */
function literal(value, type) {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) return `[${[value].flat().map((item) => literal(item, bare.ofType)).join(', ')}]`;
  if (isEnumType(bare)) return value;
  if (isInputObjectType(bare)) {
    return `{ ${Object.entries(value).map(([name, inner]) => `${name}: ${literal(inner, bare.getFields()[name].type)}`).join(', ')} }`;
  }
  return typeof value === 'object' ? `{ ${Object.entries(value).map(([name, inner]) => `${name}: ${JSON.stringify(inner)}`).join(', ')} }` : JSON.stringify(value);
}

/** The arguments of a field: those that have to be given, and the size of a page. */
function args(field) {
  const given = field.args.filter((arg) => arg.name === 'first' || (isNonNullType(arg.type) && arg.defaultValue === undefined));
  return given.length === 0 ? '' : `(${given.map((arg) => `${arg.name}: ${literal(jsonExample(arg.type, arg.name), arg.type)}`).join(', ')})`;
}

/** Which fields of a type are shown: a few of its own, and of its payload the record and the errors. */
function selection(type, depth) {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  const all = Object.values(named.getFields());
  const leaves = all.filter((field) => isLeafType(getNamedType(field.type)) && args(field) === '').slice(0, 4);
  const inner = depth === 0 ? [] : all.filter((field) => isCompositeType(getNamedType(field.type)) && field.args.length === 0 && field.name !== 'edges').slice(0, 3);
  const parts = [...leaves.map((field) => field.name), ...inner.map((field) => field.name + selection(field.type, depth - 1))];
  return parts.length === 0 ? ' { __typename }' : ` { ${parts.join(' ')} }`;
}

/** A document that asks for a field of a root type. */
export function document(schema, kind, field) {
  const text = `${kind} { ${field.name}${args(field)}${selection(field.type, 1)} }`;
  const parsed = parse(text);
  assert.deepEqual(validate(schema, parsed).map(String), [], text);
  return print(parsed);
}

/** A field of an object, as it is asked for, or as it is answered. */
export function fieldExample(type, field) {
  const isPlain = isLeafType(getNamedType(field.type)) && field.args.length === 0;
  const example = isPlain ? `"${field.name}": ${JSON.stringify(jsonExample(field.type, field.name))}` : field.name + args(field) + selection(field.type, 0);
  return inTable(example);
}

const inTable = (text) => text.replaceAll('|', '\\|').replaceAll('`', '');

/** A field of an input, as it is given in variables. It is checked with what else has to be given. */
export function inputExample(type, field) {
  const value = jsonExample(field.type, field.name, 1);
  const rest = type.isOneOf ? {} : jsonExample(type);
  coerceInputValue({ ...rest, [field.name]: value }, type, (path, given, error) => assert.fail(`${type}.${path.join('.')}: ${error}`));
  return inTable(`"${field.name}": ${JSON.stringify(value)}`);
}

/** An argument, as it is written in a document. */
export const argumentExample = ({ name, type }) => inTable(`${name}: ${literal(jsonExample(type, name, 1), type)}`);

/** A value of an enum, in the first place that has it: a field that answers it, or one that takes it. */
export function valueExample(schema, type, name) {
  const places = Object.values(schema.getTypeMap()).filter((other) => !other.name.startsWith('__') && (isObjectType(other) || isInputObjectType(other)));
  const fields = places.flatMap((other) => Object.values(other.getFields()).flatMap((field) => [field, ...(field.args ?? [])]));
  const place = fields.find((field) => getNamedType(field.type) === type);
  return place ? `"${place.name}": "${name}"` : `"${name}"`;
}
