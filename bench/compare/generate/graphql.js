// Operations for the schema. Fields, arguments and input types are taken from it, so new ones are included
// automatically.

import {
  astFromValue,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  print,
} from 'graphql';
import { createValues } from './values.js';

const responseType = 'application/graphql-response+json';
const maxDepth = 4;
/** Names of fields that are masked in responses. */
const unaliased = /cursor|cost|remaining|downloadurl/i;
const connectionDepth = 2;
/**
 * Templates for operations that are too rare if generated at random. The cursor of the first page is the argument of
 * the next one.
 */
const pagedQuery = (args, selection, backward) => `query Page($after: String, $filter: TaskRunFilter) {
  taskRuns(${args}, ${backward ? 'last: 3, before' : 'first: 3, after'}: $after, filter: $filter) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node ${selection} }
  }
}`;
const changesQuery = (args, selection) => `query Changes($after: String, $filter: TaskRunFilter) {
  taskRunChanges(${args}, first: 4, after: $after, filter: $filter) {
    changes { cursor previousCursor run ${selection} } endCursor hasMore
  }
}`;
const entityKeys = {
  TaskRun: (place, isFull) => (isFull ? pathOf(place) : { id: place.id }),
  Task: ({ taskId }) => ({ id: taskId }),
  Project: ({ projectId }) => ({ id: projectId }),
  Organization: ({ orgId }) => ({ id: orgId }),
};
const pathOf = ({ orgId, projectId, taskId, id }) => ({ orgId, projectId, taskId, id });

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ schema: import('graphql').GraphQLSchema, random: import('../random.js').Random, world: object }} parts
 */
export function createGraphqlGenerator({ schema, random, world }) {
  const operation = createQueryMaker({ schema, random });
  return (caller) => {
    const newValues = () => createValues({ random, world, caller });
    const kind = random.integer(0, 99);
    if (kind < 10) return paged(pagedQuery, random.chance(30), newValues());
    if (kind < 16) return paged(changesQuery, false, newValues());
    if (kind < 24) return entities(newValues);
    if (kind < 34) return wrongRequest(newValues);
    return { entry: 'graphql', steps: [transport(operation(newValues))] };
  };

  function paged(template, isBackward, values) {
    const { orgId, projectId, taskId } = values.place;
    const parts = createOperation({ schema, random, isPlain: true });
    const ids = { orgId, projectId, ...(random.chance(75) ? { taskId } : {}) };
    const order = random.chance(50) ? `, orderBy: ${random.pick(schema.getType('TaskRunOrder').getValues()).name}` : '';
    const args = Object.entries(ids).map(([name, id]) => `${name}: ${JSON.stringify(id)}`);
    const selection = parts.selection(schema.getType('TaskRun'), values, connectionDepth - 1);
    const isList = template === pagedQuery;
    const query = template(`${args.join(', ')}${isList ? order : ''}`, selection, isBackward);
    const filter = random.chance(50) ? parts.input(schema.getType('TaskRunFilter'), values) : null;
    const page = (after) => post({ query, variables: { after, filter } });
    const take = isBackward ? '"startCursor":"([^"]+)"' : '"endCursor":"([^"]+)"';
    const next = { ...page('{{taken}}'), take };
    return { entry: isList ? 'graphql pages' : 'graphql changes', steps: [page(null), next, next] };
  }

  function entities(newValues) {
    const type = random.pick([...Object.keys(entityKeys), 'TaskRun', 'ReportingGroup']);
    const representations = Array.from({ length: random.integer(1, 4) }, () => {
      const { place } = newValues();
      const key = entityKeys[type]?.(place, random.chance(50)) ?? { id: random.pick(world.groups).id };
      return { __typename: type, ...(random.chance(5) ? { id: 5 } : key) };
    });
    const selection = createOperation({ schema, random, isPlain: true }).selection(
      schema.getType(type),
      newValues(),
      2,
    );
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on ${type} ${selection} } }`;
    return { entry: 'graphql entities', steps: [post({ query, variables: { representations } })] };
  }

  function wrongRequest(newValues) {
    const { query, variables } = operation(newValues);
    const at = random.integer(0, query.length - 1);
    const body = random.pick([
      () => ({ query: query.slice(0, at), variables }),
      () => ({ query: query.slice(0, at) + random.pick(['}', '$', '"', '#', 'é', '!']) + query.slice(at), variables }),
      () => ({ query: query.replace(/\b(id|runs|name|subject)\b/, 'nothing'), variables }),
      () => ({ query, variables: Object.fromEntries(Object.keys(variables).map((name) => [name, {}])) }),
      () => ({ query, variables: [] }),
      () => ({ query, variables, operationName: 'Other' }),
      () => ({ query: 'mutation { delete }' }),
      () => ({ query: `{ ${'viewer { can '.repeat(random.integer(1, 60))}` }),
      () => ({ query: `{ ${Array.from({ length: 60 }, (_, n) => `a${n}: viewer { subject }`).join(' ')} }` }),
      () => ({ query: '{ __schema { queryType { name } types { name kind } } }' }),
      () => ({ extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } }),
      () => [{ query, variables }],
      () => ({ query: 5 }),
      () => 'text',
      () => ({}),
    ])();
    const request = post(body);
    const wrongs = [
      (it) => it,
      (it) => it,
      (it) => it,
      (it) => ({ ...it, body: it.body.slice(0, -1) }),
      (it) => ({
        ...it,
        headers: { ...it.headers, 'content-type': random.pick(['text/plain', 'application/xml', '']) },
      }),
      (it) => ({ ...it, headers: { ...it.headers, accept: 'text/css' } }),
      (it) => ({ ...it, method: random.pick(['PUT', 'DELETE', 'OPTIONS', 'HEAD']), body: undefined }),
      (it) => ({ ...it, path: '/graphql/x' }),
      (it) => ({
        ...it,
        headers: { ...it.headers, origin: random.pick(['https://app.example', 'https://x.example']) },
      }),
    ];
    return { entry: 'graphql errors', steps: [random.pick(wrongs)(request)] };
  }

  function transport({ query, variables }) {
    const kind = random.integer(0, 11);
    if (kind === 0) {
      const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const headers = { 'apollo-require-preflight': 'yes', ...(random.chance(50) ? { accept: responseType } : {}) };
      return { method: 'GET', path: `/graphql?${search}`, headers };
    }
    const request = post({ query, variables });
    const accept = { 1: responseType, 2: '*/*', 3: 'application/json', 4: `${responseType}, application/json;q=0.5` }[
      kind
    ];
    if (accept) request.headers.accept = accept;
    if (kind === 5) request.headers['accept-encoding'] = random.pick(['gzip', 'br', 'gzip, br;q=0.5']);
    if (kind === 6) request.headers['x-cost'] = '1';
    if (kind === 7) request.headers.origin = 'https://app.example';
    return request;
  }
}

/** Returns a request that posts parameters or any other JSON. */
export function post(body) {
  return {
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/**
 * Returns a function that makes a query with one to three fields of the root.
 * @param {{ schema: import('graphql').GraphQLSchema, random: import('../random.js').Random }} parts
 * @returns {(newValues: () => ReturnType<typeof createValues>) => { query: string, variables: object }}
 */
export function createQueryMaker({ schema, random }) {
  return (newValues) => {
    const parts = createOperation({ schema, random });
    const count = random.pick([1, 1, 1, 2, 3]);
    const roots = Array.from({ length: count }, (_, n) => {
      const values = newValues();
      const fields = Object.values(schema.getQueryType().getFields());
      const field = random.chance(80)
        ? random.pick(fields.filter(({ name }) => /^(taskRun|node|viewer)/.test(name)))
        : random.pick(fields);
      return `${count > 1 ? `r${n}: ` : ''}${parts.field(field, values, maxDepth)}`;
    });
    return parts.finish('query', roots);
  };
}

/**
 * Returns the parts from which one operation is made. Its variables are declared as they are used.
 * @param {{ schema: import('graphql').GraphQLSchema, random: import('../random.js').Random, isPlain?: boolean }} parts
 *   plain: without variables and fragments
 */
export function createOperation({ schema, random, isPlain = false }) {
  const declared = [];
  const variables = {};
  const fragments = [];
  return { field, selection, input, finish };

  function finish(kind, selections) {
    const head = declared.length > 0 ? `(${declared.join(', ')})` : '';
    return { query: [`${kind} Generated${head} { ${selections.join(' ')} }`, ...fragments].join('\n'), variables };
  }

  function field({ name, args, type }, values, depth) {
    const given = argumentsOf(args, values);
    const named = getNamedType(type);
    const inner = isLeafType(named) ? '' : ` ${selection(named, values, depth - 1)}`;
    const alias = !unaliased.test(name) && isLeafType(named) && random.chance(8) ? `a_${name}: ` : '';
    const condition = !isPlain && random.chance(4) ? ` @${random.pick(['skip', 'include'])}(if: ${flag()})` : '';
    return `${alias}${name}${given}${condition}${inner}`;
  }

  function selection(type, values, depth) {
    if (isAbstractType(type)) {
      // Only one type, because an operation must not select fields with the same name but different types.
      const possible = [random.pick(schema.getPossibleTypes(type))];
      const shared = 'getFields' in type ? Object.keys(type.getFields()).filter((name) => name === 'id') : [];
      const inner = possible.map((item) => `... on ${item.name} ${selection(item, values, depth)}`);
      return `{ ${['__typename', ...shared, ...inner].join(' ')} }`;
    }
    const fields = Object.values(type.getFields()).filter((value) => depth > 0 || isLeafType(getNamedType(value.type)));
    const chosen = random.some(fields, random.integer(1, 6));
    const inner = chosen.map((item) => field(item, values, depth));
    if (inner.length === 0) inner.push('__typename');
    if (isPlain || !isObjectType(type) || random.chance(90)) return `{ ${inner.join(' ')} }`;
    if (random.chance(50)) return `{ ... on ${type.name} { ${inner.join(' ')} } }`;
    fragments.push(`fragment F${fragments.length} on ${type.name} { ${inner.join(' ')} }`);
    return `{ ...F${fragments.length - 1} }`;
  }

  function argumentsOf(args, values) {
    const page = random.pick(['first', 'first', 'last']);
    const isChosen = ({ name, type }) => {
      if (isNonNullType(type) && !/^(by|path|orderBy|timeZone|withEmpty|inline|first)$/.test(name)) return true;
      if (name === 'first' || name === 'last') return random.chance(name === page ? 70 : 3);
      if (name === 'after' || name === 'before') return random.chance(3);
      if (name === 'projectId' || name === 'taskId') return random.chance(85);
      if (name === 'path') return random.chance(25);
      return random.chance(45);
    };
    const given = args
      .filter((argument) => isChosen(argument) || (isNonNullType(argument.type) && argument.defaultValue === undefined))
      .map((argument) => `${argument.name}: ${literal(argument.type, input(argument.type, values, argument.name))}`);
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  function literal(type, value) {
    if (isPlain || random.chance(60)) {
      const text = printLiteral(value, type);
      if (text !== undefined || isPlain) return text ?? 'null';
    }
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  }

  function flag() {
    const name = `v${declared.length}`;
    declared.push(`$${name}: Boolean!`);
    variables[name] = random.chance(50);
    return `$${name}`;
  }

  /** Returns a value of an input type, as JSON. */
  function input(type, values, name, owner) {
    const nullable = getNullableType(type);
    if (nullable === type && owner !== undefined && random.chance(2)) return null;
    const known = name === undefined ? undefined : values.byName(name, owner);
    if (known !== undefined && Array.isArray(known) === isListType(nullable)) return known;
    if (isListType(nullable)) {
      return Array.from({ length: random.integer(1, 2) }, () => input(nullable.ofType, values, undefined, owner));
    }
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields());
      // Few filters have nested conditions, and these are not nested deeply.
      const usual = fields.filter((field) => isNonNullType(field.type) || !/^(AND|OR|NOT)$/.test(field.name));
      const chosen = random.some(owner === undefined && random.chance(25) ? fields : usual, random.integer(1, 3));
      const required = fields.filter((field) => isNonNullType(field.type) && !chosen.includes(field));
      // Required for statistics of the previous period.
      const window =
        owner === undefined && random.chance(40) ? fields.filter((field) => field.name === 'createdAfter') : [];
      return Object.fromEntries(
        [...window, ...required, ...chosen].map((item) => [
          item.name,
          input(item.type, values, item.name, nullable.name),
        ]),
      );
    }
    if (isEnumType(nullable)) return random.pick(nullable.getValues()).name;
    if (nullable.name === 'Boolean') return random.chance(50);
    if (nullable.name === 'Int') return values.integer();
    if (nullable.name === 'Float' || nullable.name === 'Decimal') return values.decimal();
    if (nullable.name === 'DateTime') return values.date();
    return random.pick(['text', 'L1', 'order-1']);
  }
}

/**
 * Returns the text of a literal, or `undefined` for a value that does not fit the type, which graphql-js does not
 * print.
 */
function printLiteral(value, type) {
  try {
    return print(astFromValue(value, type));
  } catch {
    return undefined;
  }
}
