// The variables of a random operation: their definitions, defaults and values.
import { getNullableType, GraphQLNonNull, isNonNullType } from 'graphql';

const WRONG_TYPES = ['String', 'Int', '[ID]', 'Contact', 'Nothing', 'JSON!', '[[String!]]', 'Boolean'];

/** Makes and reuses variables as their places ask for them. */
export class Variables {
  constructor(schema, random, values, faults, share) {
    Object.assign(this, { schema, random, values, faults, share });
    /** The definitions, each with its `value`: the JSON value that is sent, or null for none. */
    this.all = [];
  }

  /** A variable for the place, in a share of the calls. */
  at(place, hint) {
    if (!this.random.chance(this.share)) return undefined;
    return this.for(place, hint);
  }

  /** A variable for the place. */
  for(place, hint) {
    const { random, faults } = this;
    if (faults.take(0.05)) return { kind: 'variable', name: 'undefined' };
    const fitting = this.all.filter((each) => each.typeName === String(place.type));
    if (fitting.length > 0 && random.chance(0.4)) return { kind: 'variable', name: random.pick(fitting).name };
    return this.define(place, hint);
  }

  /** A variable inside a JSON literal, where each type is as good as any other. */
  anywhere() {
    if (this.all.length > 0 && this.random.chance(0.6))
      return { kind: 'variable', name: this.random.pick(this.all).name };
    return this.define({ type: this.schema.getType(this.random.pick(['String', 'Int', 'JSON', 'Boolean'])) }, '');
  }

  define(place, hint) {
    const { random, faults, values } = this;
    const base = getNullableType(place.type);
    const isStrict = isNonNullType(place.type) || place.isOneOf;
    const hasDefault = random.chance(0.3);
    const mayBeNullable = !isStrict || (!place.isOneOf && (hasDefault || place.hasDefault)) || faults.take(0.1);
    const type = mayBeNullable && random.chance(0.7) ? base : new GraphQLNonNull(base);
    const constant = (wanted) => values.make({ type: wanted }, hint, undefined);
    const definition = {
      name: random.chance(0.05) ? `_${'v'.repeat(this.all.length + 1)}` : `v${this.all.length + 1}`,
      description: random.chance(0.08) ? values.string('A variable.').literal : null,
      typeName: faults.take(0.1) ? random.pick(WRONG_TYPES) : String(type),
      default: hasDefault ? constant(isStrict ? new GraphQLNonNull(base) : type) : null,
      value: null,
    };
    const isNeeded = isNonNullType(type) && !hasDefault && !faults.take(0.2);
    if (isNeeded || random.chance(0.7)) {
      // No rule says what null does in a directive: graphql-js has an error where it comes to it, others refuse it at once.
      const mayBeNull = (!isNonNullType(type) && hint !== 'if') || faults.take(0.1);
      definition.value =
        mayBeNull && random.chance(0.12)
          ? { kind: 'scalar', literal: 'null', json: 'null' }
          : constant(new GraphQLNonNull(base));
    }
    this.all.push(definition);
    return { kind: 'variable', name: definition.name };
  }
}
