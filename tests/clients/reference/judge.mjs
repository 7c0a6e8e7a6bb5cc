// The judgement of graphql-js on a request: refused, or executed with its data as text.
import { readFileSync } from 'node:fs';
import {
  assertValidSchema,
  buildSchema,
  execute,
  getNamedType,
  getOperationAST,
  GraphQLError,
  isInputObjectType,
  isInterfaceType,
  isNullableType,
  isObjectType,
  Kind,
  parse,
  specifiedRules,
  typeFromAST,
  TypeNameMetaFieldDef,
  validate,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { queryRoot } from './answers.mjs';
import { Unstated } from './filters.mjs';
import { mutationRoot } from './writes.mjs';

/** Builds the schema of the server, with the coercion that its own scalars' specifications state. */
export function readSchema() {
  const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
  const dateTime = schema.getType('DateTime');
  const instant = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
  dateTime.parseValue = (value) => {
    const hasForm = typeof value === 'string' && instant.test(value.toUpperCase()) && !value.startsWith('0000');
    const [year, month, day] = hasForm ? value.slice(0, 10).split('-').map(Number) : [];
    const date = new Date(Date.UTC(2000, 0, 1));
    date.setUTCFullYear(year, month - 1, day);
    if (!hasForm || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
      throw new GraphQLError('RFC 3339 instant expected');
    }
    return value;
  };
  dateTime.parseLiteral = (node, variables) => dateTime.parseValue(valueFromASTUntyped(node, variables));
  const partialDate = schema.getType('PartialDate');
  partialDate.parseValue = (value) => {
    const hasForm = typeof value === 'string' && /^((?!0000)\d{4}(-\d\d(-\d\d)?)?|--\d\d-\d\d)$/.test(value);
    const [year, month = 1, day = 1] = hasForm ? value.replace(/^-/, '2000').split('-').map(Number) : [];
    const date = new Date(Date.UTC(2000, 0, 1));
    date.setUTCFullYear(year, month - 1, day);
    if (!hasForm || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
      throw new GraphQLError('a partial date expected');
    }
    return value;
  };
  partialDate.parseLiteral = (node, variables) => partialDate.parseValue(valueFromASTUntyped(node, variables));
  return schema;
}

/**
 * Refuses nullable variables in fields of @oneOf input objects, as "All Variable Usages Are Allowed" demands. The
 * library's own rule overlooks them where the object itself is in a non-null position.
 */
function oneOfVariables(context) {
  return {
    OperationDefinition: {
      leave(operation) {
        const types = new Map(
          (operation.variableDefinitions ?? []).map((each) => [each.variable.name.value, each.type]),
        );
        for (const { node, parentType } of context.getRecursiveVariableUsages(operation)) {
          const parent = parentType && getNamedType(parentType);
          const type = types.has(node.name.value) && typeFromAST(context.getSchema(), types.get(node.name.value));
          const isItem = parentType && parent !== parentType && String(parentType).startsWith('[');
          if (type && isInputObjectType(parent) && parent.isOneOf && !isItem && isNullableType(type)) {
            context.reportError(
              new GraphQLError(`Variable "$${node.name.value}" must be non-nullable.`, { nodes: node }),
            );
          }
        }
      },
    },
  };
}

/**
 * Builds the schema for validation, with `__typename` among the fields of each type: the library's own rule on fields that
 * conflict overlooks it, whose type is that of a text.
 */
function readSchemaWithTypename() {
  const schema = readSchema();
  // Once, and before the names begin with what schemas must not have.
  assertValidSchema(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    const isOwn = !type.name.startsWith('__') && (isObjectType(type) || isInterfaceType(type));
    if (isOwn) type.getFields().__typename = TypeNameMetaFieldDef;
  }
  return schema;
}

/**
 * The variables that decide over `@skip` and `@include`. The specification leaves open what null does there: graphql-js has
 * an error when the execution comes to it, and the server refuses it at once.
 */
function conditions(document) {
  const names = [];
  visit(document, {
    Directive({ arguments: given }) {
      names.push(...given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? [value.name.value] : [])));
    },
  });
  return names;
}

/** Makes the function that answers `{ query, variables, operationName }` from the records. */
export function makeJudge(schema, records) {
  const roots = { query: queryRoot(records), mutation: mutationRoot(schema, records) };
  const rules = [...specifiedRules, oneOfVariables];
  const validated = readSchemaWithTypename();
  const refused = (error) => ({ refused: true, why: error.message });
  return ({ query, variables, operationName }) => {
    let document;
    try {
      document = parse(query);
      // A plain request is no way to subscribe, whatever else is wrong with it.
      if (getOperationAST(document, operationName)?.operation === 'subscription') throw new Unstated('a subscription');
      // The edition of September 2025 refuses conditions on a subscription's root; this release of graphql-js does not.
      if (/\bsubscription\b/.test(query) && /@(skip|include)\b/.test(query)) throw new Unstated('conditions of a subscription');
      const [error] = validate(validated, document, rules, { maxErrors: 1 });
      if (error) return refused(error);
    } catch (error) {
      if (error instanceof GraphQLError) return refused(error);
      throw error;
    }
    const given = variables === undefined ? {} : JSON.parse(variables);
    if (conditions(document).some((name) => given?.[name] === null)) throw new Unstated('null for a condition');
    const operation = getOperationAST(document, operationName);
    if (!operation) return refused(new GraphQLError('No such operation.'));
    const result = execute({
      schema,
      document,
      operationName,
      rootValue: roots[operation.operation],
      variableValues: variables === undefined ? undefined : JSON.parse(variables),
    });
    for (const error of result.errors ?? []) {
      if (error.originalError && !(error.originalError instanceof GraphQLError)) throw error.originalError;
    }
    if (result.data === undefined) return refused(result.errors[0]);
    return {
      refused: false,
      hasErrors: Boolean(result.errors),
      data: JSON.stringify(result.data),
      why: result.errors?.[0].message,
    };
  };
}
