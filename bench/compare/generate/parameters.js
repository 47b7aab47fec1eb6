// Query parameters in invalid forms, and unusual Accept headers.

import { get, responseType } from './documents.js';
import { post } from './graphql.js';

const query = 'query One($first: Int) { viewer { subject } taskRuns: __typename @include(if: true) }';
const valid = '{ viewer { subject } }';
const several = 'query One { viewer { subject } } query Two { __typename }';
const values = ['text', '', 5, true, null, [], [1], {}, { a: { b: [] } }, '{"first":1}', 'null', '{'];
const names = ['variables', 'extensions', 'operationName', 'query', 'documentId'];
const accepts = [
  ...['*/*', 'application/*', 'text/*', 'text/html', 'application/xml', 'text/css, */*;q=0.1', '', ',', 'json', ';q=1'],
  ...['application/json;q=0', 'application/json;q=0, */*', 'application/json; charset=utf-16', 'APPLICATION/JSON'],
  ...[`${responseType};q=0.9, application/json`, `${responseType}, application/json`, `${responseType};charset=utf-8`],
  ...['text/event-stream', 'text/event-stream, application/json', 'application/json, text/event-stream;q=0.5'],
  ...['text/event-stream;q=0.1, */*', `text/event-stream, ${responseType};q=0.2`],
  ...[
    'multipart/mixed',
    'multipart/mixed;subscriptionSpec="1.0"',
    'multipart/mixed;subscriptionSpec=1.0, application/json',
  ],
  ...['multipart/mixed; deferSpec=20220824', 'application/json;callbackSpec=1.0', 'x'.repeat(1100)],
];
const contentTypes = [
  ...['application/json; charset=utf-8', 'application/json; charset=latin1', 'application/graphql', 'APPLICATION/JSON'],
  ...['application/graphql+json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json'],
];
const bodies = [
  ...['', ' ', 'null', '5', '"text"', 'true', '[]', '[[]]', '{', '{}', '{}{}', 'query=%7B__typename%7D', '\uFEFF{}'],
  ...[`[${JSON.stringify({ query: valid })}]`, `{"query":"${valid}","query":"{ __typename }"}`, '{"query":"\\u0000"}'],
  ...[`{"query":"${valid}",}`, `{"query":"${valid}"} `, '{"query":"{ a }","__proto__":{"x":1}}', valid],
];
const searches = [
  ...['', '?', '?query', '?query=', '?query=%', '?query=%7B', `?query=${encodeURIComponent(valid)}&query=x`],
  ...['?variables=%7B%7D', '?query=%7B__typename%7D&variables=text', '?query=%7B__typename%7D&extensions=%5B%5D'],
  ...['?query=%7B__typename%7D&variables=', '?query=%7B__typename%7D&operationName=', '?query=mutation%20%7Ba%7D'],
  ...['?query=%7B__typename%7D&unknown=1', '?query=%7B__typename%7D&variables=%5B1%5D&extensions=null'],
  ...['?query=subscription%20%7BtaskRunChanged%7Bcursor%7D%7D', '?query=%EF%BF%BD', '?query=%FF'],
];

/**
 * Returns a function that makes the next operation.
 * @param {{ random: import('../random.js').Random }} parts
 */
export function createParameterGenerator({ random }) {
  return () => {
    const request = random.pick([wrongValue, wrongValue, operationNames, wrongText, accepted, accepted])();
    return { entry: 'graphql parameters', steps: random.chance(50) ? [request, request] : [request] };
  };

  function wrongValue() {
    const parameters = { query: random.pick([query, valid]), [random.pick(names)]: random.pick(values) };
    return anyForm(parameters);
  }

  function operationNames() {
    const operationName = random.pick([undefined, 'One', 'Two', 'Three', '', null, 5]);
    return anyForm({ query: several, ...(operationName === undefined ? {} : { operationName }) });
  }

  function wrongText() {
    if (random.chance(40)) return { ...get({}), path: `/graphql${random.pick(searches)}` };
    const request = { ...post({}), body: random.pick(bodies) };
    return random.chance(30) ? typed(request) : request;
  }

  function accepted() {
    const request = anyForm({ query: random.pick([valid, valid, several, '{ nothing }', '{']) });
    const accept = random.pick(accepts);
    const headers = { ...request.headers, accept };
    if (request.method === 'GET' && random.chance(20)) delete headers['apollo-require-preflight'];
    return random.chance(15) ? typed({ ...request, headers }) : { ...request, headers };
  }

  function anyForm(parameters) {
    return random.chance(30) ? get(parameters) : post(parameters);
  }

  function typed(request) {
    return { ...request, headers: { ...request.headers, 'content-type': random.pick(contentTypes) } };
  }
}
