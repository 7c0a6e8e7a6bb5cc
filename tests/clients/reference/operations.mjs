// Random documents over the schema, as trees that can be printed and shrunk.
import {
  getNamedType,
  GraphQLNonNull,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isRequiredArgument,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import { Faults } from './random.mjs';
import { Values } from './values.mjs';
import { Variables } from './variables.mjs';

const DEPTH_MAX = 5;
const FIELDS_MAX = 40;

/** A document of one to three operations, with so many faults, most of which make it invalid. */
export function makeDocument(schema, records, random, faultsLeft) {
  // In some documents only values are wrong, which are in variables then more often than elsewhere.
  const onlyValues = faultsLeft > 0 && random.chance(0.35);
  const faults = new Faults(random, onlyValues ? 0 : faultsLeft);
  const values = new Values(random, records, onlyValues ? new Faults(random, faultsLeft, 4) : faults);
  const names = ['A', 'B', 'C'].slice(0, random.chance(0.15) ? 2 + random.below(2) : 1);
  const maker = (name) => new Maker(schema, random, values, faults, { name, variableShare: onlyValues ? 0.7 : 0.15 });
  const made = names.map((name) => maker(name).operation());
  const isNamed = names.length > 1 || random.chance(0.5);
  if (!isNamed) made[0].operation.name = null;
  if (faults.take(0.03)) made.at(-1).operation.name = made[0].operation.name;
  const chosen = random.pick(made.filter((each) => each.operation.kind !== 'subscription').concat(made)).operation;
  const mustChoose = names.length > 1 && !faults.take(0.2);
  return {
    operations: made.map((each) => each.operation),
    fragments: made.flatMap((each) => each.fragments),
    operationName: faults.take(0.03) ? 'Unheard' : mustChoose || (isNamed && random.chance(0.3)) ? chosen.name : null,
    variables: variablesOf(made, random),
    prefix: random.chance(0.04) ? random.pick(['\uFEFF', '# A comment: \u{1F600}\n', ',,\r\n\t', '#\r']) : null,
    damage: faults.take(0.1)
      ? {
          place: random.next(),
          text: random.pick(['', '}', '{', '(', '"', '\\', '$', '...', '@', ' 1a', '!', '\u0000', '#']),
        }
      : null,
  };
}

/** The values sent, of all operations' variables together; there may be more than are declared. */
function variablesOf(made, random) {
  const sent = new Map();
  for (const { name, value } of made.flatMap((each) => each.operation.variables)) {
    if (value !== null && !sent.has(name)) sent.set(name, { name, value });
  }
  if (random.chance(0.05)) sent.set('more', { name: 'more', value: { kind: 'list', items: [] } });
  return [...sent.values()];
}

/** Makes one operation with its fragments. */
class Maker {
  constructor(schema, random, values, faults, { name, variableShare }) {
    Object.assign(this, { schema, random, values, faults, name, fragments: [], fieldsLeft: FIELDS_MAX });
    this.variables = new Variables(schema, random, values, faults, variableShare);
  }

  operation() {
    const { schema, random, faults } = this;
    this.kind = random.weighted({ query: 8, mutation: 1.5, subscription: this.name === 'A' ? 0 : 0.7 });
    const root = {
      query: schema.getQueryType(),
      mutation: schema.getMutationType(),
      subscription: schema.getSubscriptionType(),
    }[this.kind];
    const selections = this.selections(root, 0);
    if (this.kind === 'subscription' && !faults.take(0.3)) selections.length = 1;
    const operation = {
      kind: this.kind,
      name: this.name,
      description: random.chance(0.06) ? this.values.string('An operation.').literal : null,
      variables: this.variables.all,
      directives: faults.take(0.03) ? [{ name: 'skip', arguments: [{ name: 'if', value: literal('false') }] }] : [],
      selections,
    };
    if (faults.take(0.05))
      operation.variables.push({ name: 'unused', description: null, typeName: 'Int', default: null, value: null });
    if (operation.variables.length > 0 && faults.take(0.03)) operation.variables.push(operation.variables[0]);
    if (faults.take(0.04)) this.fragments.push(this.fragment(schema.getType('Contact'), 4));
    return { operation, fragments: this.fragments };
  }

  selections(type, depth) {
    const made = [];
    const used = new Map();
    for (let left = 1 + this.random.below(depth === 0 ? 3 : 4); left > 0 || made.length === 0; left -= 1) {
      const selection = this.selection(type, depth, made, used);
      if (selection) made.push(selection);
    }
    return this.faults.take(0.015) ? [] : made;
  }

  selection(type, depth, made, used) {
    const shape = this.random.weighted({ field: 12, inline: 2, spread: 1.5, again: 1.5 });
    const isDeep = depth > DEPTH_MAX || this.fieldsLeft <= 0;
    if (shape === 'inline' && !isDeep) return this.inline(type, depth);
    if (shape === 'spread' && !isDeep) return this.spread(type, depth);
    const again = made.filter((each) => each.kind === 'field');
    if (shape === 'again' && again.length > 0) return this.again(this.random.pick(again), depth);
    return this.field(type, depth, used);
  }

  field(type, depth, used) {
    const { faults } = this;
    this.fieldsLeft -= 1;
    const field = this.pickField(type, depth);
    const selection = {
      kind: 'field',
      alias: null,
      name: field.name,
      arguments: field.args ? this.arguments(type, field) : [],
      directives: this.directives(),
      selections: null,
    };
    if (field.type) {
      const named = getNamedType(field.type);
      if (isCompositeType(named) !== faults.take(0.02))
        selection.selections = this.selections(isCompositeType(named) ? named : type, depth + 1);
      // Kept off the tree, for another selection of the same field.
      Object.defineProperty(selection, 'named', { value: named });
    }
    if (this.kind === 'mutation' && depth === 0) this.neverWrite(selection);
    this.nameIt(selection, used);
    return selection;
  }

  pickField(type, depth) {
    const { random, faults, schema } = this;
    if (faults.take(0.02)) return { name: random.pick(['unheardOf', 'id', 'name', '__type', 'contacts']) };
    if (random.chance(0.08)) return { name: '__typename' };
    const isQuery = type === schema.getQueryType();
    if (isQuery && random.chance(0.04)) return random.pick([TypeMetaFieldDef, SchemaMetaFieldDef]);
    // Texts of errors are not compared, nor the order in which the schema lists its own parts.
    const isStated = ({ name, type: of }) =>
      !(name === 'userErrors' && type.name.endsWith('Payload')) &&
      !(type.name.startsWith('__') && (/\[/.test(of) || name === 'description'));
    const fields = Object.values(type.getFields()).filter(isStated);
    const leaves = fields.filter(
      (field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument),
    );
    if (depth >= DEPTH_MAX || this.fieldsLeft <= 0 || (depth > 0 && random.chance(0.5))) {
      return leaves.length > 0 ? random.pick(leaves) : { name: '__typename' };
    }
    return random.pick(fields);
  }

  /** Gives a response key that is free, most often; the same key for something else is a conflict. */
  nameIt(selection, used) {
    const { random, faults } = this;
    if (random.chance(0.25)) selection.alias = random.pick(['a', 'b', 'c', 'id', 'name', '_']);
    const key = () => selection.alias ?? selection.name;
    const isTaken = used.has(key()) && (selection.arguments.length > 0 || used.get(key()) !== selection.name);
    if (isTaken && !faults.take(0.3)) selection.alias = `x${used.size + 1}`;
    used.set(key(), selection.name);
  }

  /** The same field once more, whose selections are merged with the first ones. */
  again(selection, depth) {
    const copy = { ...selection, directives: this.directives() };
    if (this.kind === 'mutation' && depth === 0) copy.directives = selection.directives;
    if (selection.selections && isCompositeType(selection.named)) {
      copy.selections = this.selections(selection.named, Math.max(depth + 1, DEPTH_MAX - 2));
      Object.defineProperty(copy, 'named', { value: selection.named });
    }
    if (copy.arguments.length > 1 && this.random.chance(0.5)) copy.arguments = [...copy.arguments].reverse();
    if (this.faults.take(0.1)) copy.arguments = [];
    return copy;
  }

  arguments(type, field) {
    const { random, faults, values } = this;
    const size = random.weighted({ first: 6, last: 2, none: 1 });
    const isWanted = ({ name }) => {
      if (name === 'first' || name === 'last') return size === name || random.chance(0.03);
      if (name === 'after' || name === 'before') return random.chance(values.cursors ? 0.15 : 0.03);
      return random.chance(0.35);
    };
    values.context(this.kind, field.name);
    const wanted = field.args.filter((argument) =>
      isRequiredArgument(argument) ? !faults.take(0.1) : isWanted(argument),
    );
    if (random.chance(0.3)) wanted.reverse();
    const made = wanted.map((argument) => {
      const place = { type: argument.type, hasDefault: argument.defaultValue !== undefined };
      if (field === TypeMetaFieldDef)
        return {
          name: argument.name,
          value: literal(
            `"${random.pick(Object.keys(this.schema.getTypeMap()).filter((name) => !name.startsWith('__')))}"`,
          ),
        };
      return { name: argument.name, value: values.make(place, argument.name, this.variables) };
    });
    if (faults.take(0.03)) made.push({ name: 'unheardOf', value: literal('1') });
    if (made.length > 0 && faults.take(0.03)) made.push(made[0]);
    return made;
  }

  directives() {
    const { random, faults } = this;
    const made = [];
    for (const name of ['include', 'skip']) {
      if (!random.chance(0.1)) continue;
      const place = { type: new GraphQLNonNull(this.schema.getType('Boolean')) };
      const value = random.chance(0.5)
        ? this.variables.for(place, 'if')
        : literal(String(random.chance(0.7) !== (name === 'skip')));
      made.push({ name, arguments: faults.take(0.1) ? [] : [{ name: 'if', value }] });
      if (faults.take(0.1)) made.push(made[0]);
    }
    if (faults.take(0.01)) made.push({ name: 'unheardOf', arguments: [] });
    return random.chance(0.5) ? made : made.reverse();
  }

  /** Puts `@skip(if: true)` on a mutation, in most cases; the others are of ids that name nothing. */
  neverWrite(selection) {
    const writesNothing =
      selection.arguments.some((argument) => /^(id|contactId|ids)$/.test(argument.name)) &&
      !selection.name.startsWith('create');
    if (writesNothing && this.random.chance(0.4)) return;
    const place = { type: new GraphQLNonNull(this.schema.getType('Boolean')) };
    selection.directives = [
      {
        name: 'skip',
        arguments: [{ name: 'if', value: this.random.chance(0.8) ? literal('true') : this.variables.for(place, 'if') }],
      },
    ];
  }

  /** The type itself, or one that an object of it may also be of. */
  narrowed(type) {
    const { random, schema, faults } = this;
    if (faults.take(0.05)) return schema.getType(random.pick(['PageInfo', 'Contact', 'Query', 'Node']));
    if (isAbstractType(type)) return random.pick([type, ...schema.getPossibleTypes(type)]);
    return random.pick([type, type, ...type.getInterfaces()]);
  }

  inline(type, depth) {
    const on = this.random.chance(0.4) ? null : this.narrowed(type);
    return {
      kind: 'inline',
      on: on?.name ?? null,
      directives: this.directives(),
      selections: this.selections(on ?? type, depth + 1),
    };
  }

  spread(type, depth) {
    const { random, faults } = this;
    if (faults.take(0.03)) return { kind: 'spread', name: 'Unheard', directives: [] };
    const fitting = this.fragments.filter((each) => each.on === type.name);
    const fragment =
      fitting.length > 0 && random.chance(0.5) ? random.pick(fitting) : this.fragment(this.narrowed(type), depth);
    return { kind: 'spread', name: fragment.name, directives: this.directives() };
  }

  fragment(on, depth) {
    const { random, faults } = this;
    // Named before its selections are made, because these may need fragments of their own.
    const fragment = {
      name: `${this.name}${(this.fragmentsMade = (this.fragmentsMade ?? 0) + 1)}`,
      on: on.name,
      description: null,
      selections: [],
    };
    fragment.selections = this.selections(on, depth + 1);
    if (random.chance(0.06)) fragment.description = this.values.string('A fragment.').literal;
    if (faults.take(0.03)) fragment.selections.push({ kind: 'spread', name: fragment.name, directives: [] });
    if (faults.take(0.02)) fragment.on = random.pick(['String', 'Nothing', 'ContactInput']);
    this.fragments.push(fragment);
    if (faults.take(0.02)) this.fragments.push(fragment);
    return fragment;
  }
}

const literal = (text) => ({ kind: 'scalar', literal: text, json: text });
