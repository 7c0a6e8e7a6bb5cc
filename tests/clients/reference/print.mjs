// Documents as text, and smaller ones with the same fault.
import { jsonOf, literalOf } from './values.mjs';

/** Writes the request that a document tree stands for: `query`, and `variables` as JSON text. */
export function printRequest(document) {
  const parts = [
    ...document.operations.map((each) => operationText(each, document)),
    ...document.fragments.map(fragmentText),
  ];
  let query = (document.prefix ?? '') + parts.join('\n');
  if (document.damage) {
    const at = Math.floor(document.damage.place * query.length);
    query = query.slice(0, at) + document.damage.text + query.slice(at + 1);
  }
  const variables =
    document.variables.length > 0
      ? `{${document.variables.map((each) => `${JSON.stringify(each.name)}:${jsonOf(each.value)}`).join(',')}}`
      : undefined;
  return { query, variables, operationName: document.operationName ?? undefined };
}

function operationText(operation, document) {
  const { description, kind, name, variables, directives, selections } = operation;
  const isShort =
    kind === 'query' &&
    !name &&
    !description &&
    variables.length + directives.length === 0 &&
    document.operations.length === 1;
  if (isShort) return selectionsText(selections);
  const defined = variables.map(
    (each) =>
      `${each.description ? `${each.description} ` : ''}$${each.name}: ${each.typeName}${each.default ? ` = ${literalOf(each.default)}` : ''}`,
  );
  const list = defined.length > 0 ? `(${defined.join(', ')})` : '';
  return `${description ? `${description}\n` : ''}${kind}${name ? ` ${name}` : ''}${list}${directivesText(directives)} ${selectionsText(selections)}`;
}

function fragmentText({ description, name, on, selections }) {
  return `${description ? `${description}\n` : ''}fragment ${name} on ${on} ${selectionsText(selections)}`;
}

function selectionsText(selections) {
  return `{ ${selections.map(selectionText).join(' ')} }`;
}

function selectionText(selection) {
  const { kind, name, on, selections } = selection;
  const directives = directivesText(selection.directives);
  if (kind === 'spread') return `...${name}${directives}`;
  if (kind === 'inline') return `...${on ? ` on ${on}` : ''}${directives} ${selectionsText(selections)}`;
  const alias = selection.alias ? `${selection.alias}: ` : '';
  return `${alias}${name}${argumentsText(selection.arguments)}${directives}${selections ? ` ${selectionsText(selections)}` : ''}`;
}

const argumentsText = (given) =>
  given.length > 0 ? `(${given.map(({ name, value }) => `${name}: ${literalOf(value)}`).join(', ')})` : '';
const directivesText = (directives) =>
  directives.map((each) => ` @${each.name}${argumentsText(each.arguments)}`).join('');

/** Members that may be null, so that a smaller document goes without them. */
const OPTIONAL = ['alias', 'description', 'default', 'operationName', 'name', 'damage', 'prefix', 'on'];

/** Smaller documents, the smallest first: each lacks one thing, and the definitions that nothing uses then. */
export function* smaller(document) {
  for (const copy of without(document)) {
    yield tidy(copy);
    yield copy;
  }
}

function* without(tree, rebuild = (copy) => copy) {
  for (const [key, value] of Object.entries(tree)) {
    const replaced = (changed) => rebuild({ ...tree, [key]: changed });
    if (Array.isArray(value)) {
      for (let at = 0; at < value.length; at += 1) {
        const within = (...items) => replaced([...value.slice(0, at), ...items, ...value.slice(at + 1)]);
        yield within();
        if (value[at].kind === 'inline') yield within(...value[at].selections);
        yield* without(value[at], within);
      }
      continue;
    }
    if (OPTIONAL.includes(key) && value !== null && (key !== 'name' || tree.variables) && (key !== 'on' || tree.kind)) {
      yield replaced(null);
    }
    if (value !== null && typeof value === 'object' && value.kind !== 'scalar') yield* without(value, replaced);
  }
}

/** The document without variables and fragments that are used nowhere. */
function tidy(document) {
  let fragments = document.fragments;
  for (let before = -1; before !== fragments.length;) {
    before = fragments.length;
    const { query } = printRequest({ ...document, fragments, damage: null });
    fragments = fragments.filter((each) => query.includes(`...${each.name}`));
  }
  const query = printRequest({ ...document, fragments, damage: null }).query;
  const isUsed = ({ name }) => query.split(`$${name}`).length > 2;
  const operations = document.operations.map((each) => ({ ...each, variables: each.variables.filter(isUsed) }));
  return { ...document, fragments, operations };
}
