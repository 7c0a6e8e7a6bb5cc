// Random values of the schema's input types, as GraphQL literals and as JSON.
import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';

const UNKNOWN_ID = '018cc252-0000-7000-8000-000000000000';
const EXOTIC = [
  '\u{1F600}',
  'é',
  'ﬀ',
  '\u2028',
  '\t',
  '\n',
  '"',
  '\\',
  '"""',
  '/',
  '\u0007',
  '{',
  '$',
  '#',
  ' ',
  'Ω',
  '字',
];

/** Values as trees: scalars know both of their texts, so that a tree can be shrunk and printed. */
const scalar = (literal, json = literal) => ({ kind: 'scalar', literal, json });
const NULL = scalar('null');

/** Writes a value as GraphQL. */
export function literalOf(value) {
  if (value.kind === 'variable') return `$${value.name}`;
  if (value.kind === 'list') return `[${value.items.map(literalOf).join(', ')}]`;
  if (value.kind === 'object') {
    return `{${value.fields.map((field) => `${field.name}: ${literalOf(field.value)}`).join(', ')}}`;
  }
  return value.literal;
}

/** Writes a value as JSON. */
export function jsonOf(value) {
  if (value.kind === 'list') return `[${value.items.map(jsonOf).join(',')}]`;
  if (value.kind === 'object') {
    return `{${value.fields.map((field) => `${JSON.stringify(field.name)}:${jsonOf(field.value)}`).join(',')}}`;
  }
  return value.json;
}

/** Makes values, with some of `faults` among them. */
export class Values {
  constructor(random, records, faults) {
    Object.assign(this, { random, records, faults });
  }

  /** Tells which field the values are for, because that decides which ids and cursors make sense. */
  context(operation, field) {
    const { records } = this;
    const ids = {
      contact: 'contacts',
      contactsByIds: 'contacts',
      company: 'companies',
      companiesByIds: 'companies',
      user: 'users',
      contactByUser: 'users',
      interaction: 'interactions',
      searchContacts: 'contacts',
      searchCompanies: 'companies',
    };
    this.idsOf = operation === 'mutation' ? 'nothing' : ids[field];
    this.cursors = {
      contacts: records.lists['contacts NAME ASC'],
      companies: records.lists['companies NAME ASC'],
      interactions: records.interactionEdges,
      users: records.userEdges,
      changes: records.changes,
    }[field];
  }

  /**
   * A value for a place, `{ type, hasDefault, isOneOf }`. `variables` may offer a variable for it; without, the value is
   * constant. `hint` is the name of the argument or field.
   */
  make(place, hint, variables, depth = 0) {
    const variable = variables?.at(place, hint);
    if (variable) return variable;
    if (isNonNullType(place.type)) {
      return this.faults.take(0.05) ? NULL : this.nullable(place.type.ofType, hint, variables, depth);
    }
    return !place.isOneOf && this.random.chance(0.06) ? NULL : this.nullable(place.type, hint, variables, depth);
  }

  nullable(type, hint, variables, depth) {
    if (this.faults.take(0.06)) return this.wrong(type);
    if (isListType(type)) return this.list(type, hint, variables, depth);
    if (isInputObjectType(type)) return this.object(type, variables, depth);
    if (isEnumType(type)) {
      const { name } = this.random.pick(type.getValues());
      return scalar(name, JSON.stringify(name));
    }
    return this.scalar(type.name, hint, variables, depth);
  }

  list(type, hint, variables, depth) {
    // A single value stands for a list of one.
    if (this.random.chance(0.2)) return this.make({ type: getNullableType(type.ofType) }, hint, undefined, depth + 1);
    const item = () => this.make({ type: type.ofType }, hint, variables, depth + 1);
    return { kind: 'list', items: Array.from({ length: hint === 'path' ? 1 + this.random.below(3) : this.random.below(4) }, item) };
  }

  object(type, variables, depth) {
    const fields = this.fieldsOf(type, depth).map((field) => {
      const place = { type: field.type, hasDefault: field.defaultValue !== undefined, isOneOf: type.isOneOf };
      return { name: field.name, value: this.make(place, field.name, variables, depth + 1) };
    });
    if (this.faults.take(0.05)) fields.push({ name: 'unheardOf', value: scalar('1') });
    if (fields.length > 0 && this.faults.take(0.05)) fields.push(fields[0]);
    if (this.random.chance(0.3)) fields.reverse();
    return { kind: 'object', fields };
  }

  fieldsOf(type, depth) {
    const all = Object.values(type.getFields());
    // It has rules of its own: exactly one test, and a path that is not empty.
    if (type.name === 'MetadataFilter') return all.filter(({ name }) => name === 'path' || name === 'eq');
    if (type.isOneOf) {
      if (this.faults.take(0.3)) return this.random.chance(0.5) ? all.slice(0, 2) : [];
      return [this.random.pick(all)];
    }
    const share = depth > 3 ? 0 : 1.6 / all.length;
    return all.filter((field) => (isRequiredInputField(field) ? !this.faults.take(0.1) : this.random.chance(share)));
  }

  scalar(name, hint, variables, depth) {
    const { random } = this;
    switch (name) {
      case 'Boolean':
        return scalar(String(random.chance(0.5)));
      case 'Int':
        return this.int(hint);
      case 'ID':
        return this.id(hint);
      case 'DateTime':
        return this.string(this.instant());
      case 'PartialDate':
        return this.string(random.pick(['1985-04-12', '1985-04', '1985', '--04-12', '--02-29', '2000-02-29']));
      case 'JSON':
        return this.json(hint, variables, depth);
      default:
        return this.string(this.text(hint));
    }
  }

  int(hint) {
    const { random } = this;
    const isSize = ['first', 'last', 'limit'].includes(hint);
    const number =
      isSize && random.chance(0.9) ? random.below(5) : random.pick([0, -1, 7, 200, 201, 2147483647, -2147483648]);
    // JSON knows no integers: 1.0 is one.
    return scalar(String(number), random.chance(0.1) && number !== 0 ? `${number}.0` : String(number));
  }

  id(hint) {
    const { random, records } = this;
    if (random.chance(0.1)) return this.string(random.pick([UNKNOWN_ID, '', 'x', '\u{1F600}', `{${UNKNOWN_ID}}`]));
    if (random.chance(0.05)) return scalar(random.pick(['0', '-7', '99999999999999', '12']));
    const named = { companyId: 'companies', userId: 'users', ownerId: 'users', contactId: 'contacts' };
    const any = ['contacts', 'contacts', 'companies', 'users', 'interactions', 'memberships'];
    const name = this.idsOf ?? named[hint] ?? random.pick(any);
    if (name === 'nothing') return this.string(UNKNOWN_ID);
    const ids = [...records[name].keys()];
    if (ids.length === 0) return this.string(UNKNOWN_ID);
    const id = random.pick(ids);
    return this.string(random.chance(0.1) ? id.toUpperCase() : id);
  }

  instant() {
    const { random, records } = this;
    const some = random.pick([...records.contacts.values()].slice(0, 50))?.createdAt ?? '2024-01-01T00:00:00Z';
    return random.pick([
      some,
      some.replace('Z', '+00:00'),
      '2024-02-29T23:59:59.999999+05:30',
      '0001-01-01T00:00:00Z',
      '9999-12-31T00:00:00.5Z',
      '2024-01-01T00:00:05Z',
    ]);
  }

  text(hint) {
    const { random, records } = this;
    if (['contains', 'startsWith', 'endsWith', 'search', 'query'].includes(hint)) {
      return random.pick(['', '  ', '7', '42', '@', '8@', '99', '١']);
    }
    if (['after', 'before'].includes(hint)) {
      const lists = [...Object.values(records.lists), records.interactionEdges, records.userEdges, records.changes];
      const list = this.cursors ?? random.pick(lists);
      return random.chance(0.05) || list.length === 0 ? 'nonsense' : random.pick(list).cursor;
    }
    if (hint === 'email' && random.chance(0.7)) return random.pick(['a1@example.com', 'b@c.de', 'no address']);
    if (random.chance(0.4)) {
      const record = random.pick([...records.contacts.values()]);
      if (record) return random.pick([record.name, record.email ?? '', record.externalId ?? 'x:1', 'A']);
    }
    return Array.from({ length: random.below(6) }, () =>
      random.pick(random.chance(0.5) ? ['a', 'B', '1', 'z'] : EXOTIC),
    ).join('');
  }

  json(hint, variables, depth) {
    const { random } = this;
    const shape =
      depth > 4
        ? 'scalar'
        : hint === 'metadata' && random.chance(0.95)
          ? 'object'
          : random.weighted({ scalar: 6, list: 1, object: 1, variable: 1 });
    if (shape === 'variable') return variables?.anywhere() ?? NULL;
    if (shape === 'list') {
      return {
        kind: 'list',
        items: Array.from({ length: random.below(3) }, () => this.json('', variables, depth + 1)),
      };
    }
    if (shape === 'object') {
      const names = ['a', 'b', '_c', 'd1', 'Z'].filter(() => random.chance(0.4));
      return { kind: 'object', fields: names.map((name) => ({ name, value: this.json('', variables, depth + 1) })) };
    }
    if (random.chance(0.4)) return this.string(this.text(''));
    if (random.chance(0.1)) return scalar('WORD', '"WORD"');
    return scalar(random.pick(['null', 'true', 'false', '0', '1', '-12', '1.5', '-0.25', '100000']));
  }

  /** A text in one of the ways in which GraphQL can write it. */
  string(text) {
    const { random } = this;
    const json = random.chance(0.2) ? escaped(text, /[^]/, () => true, unit) : JSON.stringify(text);
    const style = random.weighted({ plain: 6, units: 1, points: 1, block: 1.5 });
    const some = () => text.length < 8 || random.chance(0.3);
    if (style === 'units') return scalar(escaped(text, /[^]/, some, unit), json);
    if (style === 'points')
      return scalar(
        escaped(text, /[^]/u, some, (letter) => point(letter, 1 + random.below(6))),
        json,
      );
    if (style === 'block' && !/[\\\0-\x08\x0b-\x1f]|^\s|\s$|"$/.test(text) && text !== '') {
      const lines = text.replaceAll('"""', '\\"""').split('\n');
      return scalar(
        `"""${random.chance(0.5) ? '' : '\n    '}${lines.join('\n    ')}${random.chance(0.5) ? '' : '\n  '}"""`,
        json,
      );
    }
    return scalar(JSON.stringify(text), json);
  }

  /** A value that does not fit the type, most probably. */
  wrong(type) {
    const { random } = this;
    if (String(type) === 'DateTime')
      return this.string(random.pick(['yesterday', '2024-13-01T00:00:00Z', '2024-02-30T00:00:00Z', '2024-01-01']));
    if (String(type) === 'PartialDate') return this.string(random.pick(['', '--04', '1985-02-30', '0000', '85', 'May']));
    if (isListType(type) && random.chance(0.5))
      return { kind: 'list', items: [{ kind: 'list', items: [scalar('1')] }] };
    return random.pick([
      scalar('1.5'),
      scalar('2147483648'),
      scalar('"text"'),
      scalar('true'),
      scalar('UNHEARD_OF', '"UNHEARD_OF"'),
      scalar('"ACTIVE"'),
      scalar('1.0', '1.25'),
      { kind: 'list', items: [] },
      { kind: 'object', fields: [] },
      scalar('"\\uD83D"', '7'),
      scalar('"\\x"', '{}'),
      scalar('"\\u{110000}"', '[null]'),
      { kind: 'list', items: [NULL] },
    ]);
  }
}

const hex = (number, digits) => number.toString(16).padStart(digits, '0');
const unit = (letter) => `\\u${hex(letter.charCodeAt(0), 4)}`;
const point = (letter, digits) => `\\u{${hex(letter.codePointAt(0), digits)}}`;

/** Writes a text with escapes for `some` of its letters, and for all that must have one. */
function escaped(text, letters, some, escape) {
  const write = (letter) => (some() ? escape(letter) : JSON.stringify(letter).slice(1, -1));
  return `"${text.replace(new RegExp(letters, `g${letters.flags}`), write)}"`;
}
