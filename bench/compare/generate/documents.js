// Documents that are new to the gateway, and the same documents once they are known, because a gateway treats these
// differently. Some are traced.

import { createQueryMaker, post } from './graphql.js';
import { createValues } from './values.js';

export const responseType = 'application/graphql-response+json';
export const traceHeaders = { 'apollo-federation-include-trace': 'ftv1' };
const unusualHeaders = [
  { accept: responseType },
  { accept: 'text/event-stream' },
  { 'x-cost': '1' },
  { accept: responseType, 'x-cost': '1' },
  { 'apollographql-client-name': 'compare' },
];

/**
 * Returns a document that is new in each attempt.
 * @param {string} query
 * @param {import('../random.js').Random} random
 */
export const toNewDocument = (query, random) => `${query} # ${random.integer(0, 1_000_000_000)} {{attempt}}`;

/**
 * Returns a GET request with parameters, of which texts are sent as they are.
 * @param {object} parameters
 * @param {Record<string, string>} [headers]
 */
export function get(parameters, headers = {}, path = '/graphql') {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const texts = given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  // Braces are not escaped, because they are filled in later.
  const search = texts.map(
    ([name, text]) => `${name}=${encodeURIComponent(text).replace(/%7B%7B(\w+)%7D%7D/g, '{{$1}}')}`,
  );
  return {
    method: 'GET',
    path: `${path}?${search.join('&')}`,
    headers: { 'apollo-require-preflight': 'yes', ...headers },
  };
}

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ schema: import('graphql').GraphQLSchema, random: import('../random.js').Random, world: object }} parts
 */
export function createDocumentGenerator({ schema, random, world }) {
  const makeQuery = createQueryMaker({ schema, random });
  return (usualCaller) => {
    const isTraced = random.chance(40);
    const caller = isTraced && random.chance(15) ? 'untraced' : usualCaller;
    const { query, variables } = makeQuery(() => createValues({ random, world, caller }));
    const isSeveral = random.chance(15);
    const text = isSeveral ? `${query} query Other { viewer { subject } }` : query;
    const document = toNewDocument(mistake(text), random);
    const names = isSeveral
      ? [undefined, 'Generated', 'Other', 'Unknown', '']
      : [undefined, undefined, 'Generated', null, 'Unknown'];
    const operationName = random.pick(names);
    const headers = { ...(isTraced ? traceHeaders : {}), ...(random.chance(30) ? random.pick(unusualHeaders) : {}) };
    const send = (parameters) =>
      random.chance(25) ? get(parameters, headers) : withHeaders(post(parameters), headers);
    const parameters = { query: document, variables, ...(operationName === undefined ? {} : { operationName }) };
    const first = send(parameters);
    const later = random.chance(60) ? first : send(parameters);
    const others = send({ ...parameters, variables: {} });
    const explained = { ...first, path: `${first.path}${first.path.includes('?') ? '&' : '?'}explain=cost` };
    const steps = [random.chance(6) ? explained : first, later, random.chance(20) ? others : later].map((step) => ({
      ...step,
      document,
    }));
    return { entry: isTraced ? 'graphql traced' : 'graphql documents', caller, steps };
  };

  /** Returns most documents unchanged, and some with a mistake. */
  function mistake(text) {
    if (random.chance(85)) return text;
    const at = random.integer(0, text.length - 1);
    return random.pick([
      () => text.slice(0, at),
      () => text.replace(/\b(id|runs|name|subject)\b/, 'nothing'),
      () => text.replace('{', '{ missing: nothing '),
      () => `${text} fragment Unused on Task { id }`,
    ])();
  }
}

const withHeaders = (request, headers) => ({ ...request, headers: { ...request.headers, ...headers } });
