// Makes the pages of the schema reference: every type and field, with an example. `reference.mjs SCHEMA API FOLDER`: the
// schema, the page that says which mutation refuses with what, and the folder for the pages.
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { argumentExample, document, fieldExample, inputExample, jsonExample, valueExample } from './examples.mjs';
import { errors } from './errors.mjs';

const [schemaFile, apiFile, folder] = process.argv.slice(2);
const schema = buildSchema(readFileSync(schemaFile, 'utf8'));
const types = Object.values(schema.getTypeMap())
  .filter(({ name }) => !name.startsWith('__'))
  .sort((one, other) => one.name.localeCompare(other.name));

/** The page on which a type is described. */
const page = (type) => (isInputObjectType(type) ? 'inputs' : isObjectType(type) || isInterfaceType(type) ? 'objects' : 'values');

/** A type as it is written, with a link to its description. */
const linked = (type) => {
  const named = getNamedType(type);
  const [before, after] = String(type).split(named.name);
  return `${before.replaceAll('[', '\\[')}[${named.name}](${page(named)}.md#${named.name.toLowerCase()})${after.replaceAll(']', '\\]')}`;
};

/** A description in one line of a table. */
const said = (description = '') => description.replaceAll('|', '\\|').replace(/\s+/g, ' ');

const preset = ({ defaultValue, astNode }) =>
  defaultValue === undefined ? '' : ` By default \`${readFileSync(schemaFile, 'utf8').slice(astNode.defaultValue.loc.start, astNode.defaultValue.loc.end)}\`.`;

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const code = (text, language = 'graphql') => `\`\`\`${language}\n${text}\n\`\`\``;

/** A field of a root type: what it answers, its arguments, and an example that is valid. */
const operation = (kind) => (field) =>
  [
    `## ${field.name}`,
    `${field.description ?? ''}`,
    `Answers ${linked(field.type)}.`,
    field.args.length === 0
      ? ''
      : table(['argument', 'type', '', 'example'], field.args.map((arg) => [`\`${arg.name}\``, linked(arg.type), said(arg.description) + preset(arg), `\`${argumentExample(arg)}\``])),
    code(document(schema, kind, field)),
  ].join('\n\n');

const object = (type) => {
  const rows = Object.values(type.getFields()).map((field) => {
    const args = field.args.map((arg) => ` \`${arg.name}\`: ${said(arg.description)}${preset(arg)}`).join('');
    return [`\`${field.name}\``, linked(field.type), said(field.description) + args, `\`${fieldExample(type, field)}\``];
  });
  return [`## ${type.name}`, type.description ?? '', table(['field', 'type', '', 'example'], rows)].join('\n\n');
};

const input = (type) => {
  const rows = Object.values(type.getFields()).map((field) => [
    `\`${field.name}\``,
    linked(field.type),
    said(field.description) + preset(field),
    `\`${inputExample(type, field)}\``,
  ]);
  const example = JSON.stringify(jsonExample(type), null, 2);
  const oneOf = type.isOneOf ? ['Exactly one field is to be given.'] : [];
  return [`## ${type.name}`, type.description ?? '', ...oneOf, table(['field', 'type', '', 'example'], rows), code(example, 'json')].join('\n\n');
};

const value = (type) =>
  isScalarType(type)
    ? [`## ${type.name}`, type.description ?? '', code(JSON.stringify(jsonExample(type), null, 2), 'json')].join('\n\n')
    : [`## ${type.name}`, type.description ?? '', table(['value', '', 'example'], type.getValues().map(({ name, description }) => [`\`${name}\``, said(description), `\`${valueExample(schema, type, name)}\``]))].join('\n\n');

const roots = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() };
const isRoot = (type) => Object.values(roots).includes(type);
const fields = (kind) => Object.values(roots[kind].getFields()).sort((one, other) => one.name.localeCompare(other.name));
const pages = {
  queries: ['Queries', 'Every field of `Query`. A `GET` or `POST` to `/graphql` asks for any number of them.', fields('query').map(operation('query'))],
  mutations: ['Mutations', 'Every field of `Mutation`. Each is one transaction, and only `POST` runs it.', fields('mutation').map(operation('mutation'))],
  subscriptions: ['Subscriptions', 'Every field of `Subscription`, over a WebSocket or as events: [live.md](../live.md).', fields('subscription').map(operation('subscription'))],
  objects: ['Objects', 'What the API answers with.', types.filter((type) => (isObjectType(type) || isInterfaceType(type)) && !isRoot(type)).map(object)],
  inputs: ['Inputs', 'What the API takes.', types.filter((type) => isInputObjectType(type)).map(input)],
  values: ['Enums and scalars', 'Single values.', types.filter((type) => isEnumType(type) || isScalarType(type)).map(value)],
  errors: ['Errors by code', '', [errors(schema, readFileSync(apiFile, 'utf8'))]],
};
mkdirSync(folder, { recursive: true });
for (const [name, [title, about, parts]] of Object.entries(pages)) {
  writeFileSync(join(folder, `${name}.md`), `${[`# ${title}`, about, ...parts].join('\n\n')}\n`);
}
