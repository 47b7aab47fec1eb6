// Operations over WebSockets: one or several at a time, with mistakes, by id, and violations of the protocol.

import { createTrustedDocuments } from '../trusted-documents.js';
import { toNewDocument } from './documents.js';
import { createQueryMaker } from './graphql.js';
import { persistedQuery } from './persisted.js';
import { createValues } from './values.js';

const init = { type: 'connection_init' };
const viewer = { query: '{ viewer { subject } }' };

/**
 * Returns a request that sends messages over a WebSocket: the first one at once, the others when that is acknowledged.
 * @param {readonly (object | string)[]} messages
 */
export function socketOf(messages) {
  const lines = messages.map((message) => (typeof message === 'string' ? message : JSON.stringify(message)));
  return { method: 'WEBSOCKET', path: '/graphql', headers: {}, body: lines.join('\n') };
}

/** Returns the message that begins an operation. */
export const subscribe = (payload, id = '1') => ({ id, type: 'subscribe', payload });

/** Conversations that violate the protocol or are unusual. */
const faults = [
  [subscribe(viewer)],
  [init, init],
  [init, { type: 'unknown' }],
  [init, { type: 'connection_ack' }],
  [init, { type: 'next', id: '1', payload: {} }],
  [init, 'text'],
  [init, '[]'],
  [init, '5'],
  [init, { type: 'subscribe', payload: viewer }],
  [init, { id: '', type: 'subscribe', payload: viewer }],
  [init, { id: '1', type: 'subscribe' }],
  [init, subscribe({ query: 5 })],
  [init, subscribe({})],
  [init, subscribe({ ...viewer, variables: 'text' })],
  [init, subscribe({ ...viewer, variables: [] })],
  [init, subscribe({ ...viewer, extensions: [] })],
  [init, subscribe({ ...viewer, operationName: 5 })],
  [init, subscribe({ ...viewer, operationName: 'Unknown' })],
  [init, subscribe({ ...viewer, operationName: null, variables: null, extensions: null })],
  [init, subscribe({ query: 'query One { __typename } query Two { __typename }' })],
  [init, subscribe({ query: 'mutation { delete }' })],
  [init, subscribe({ query: '' })],
  [init, { type: 'ping', payload: { a: 1 } }, subscribe(viewer)],
  [init, { type: 'pong' }, { type: 'complete', id: '1' }, subscribe(viewer)],
  [{ type: 'connection_init', payload: { authorization: 'Bearer nonsense' } }, subscribe(viewer)],
  [{ type: 'connection_init', payload: { authorization: 5 } }, subscribe(viewer)],
  [{ type: 'connection_init', payload: 5 }, subscribe(viewer)],
  ['text'],
];
const otherPaths = ['/graphql?x=1', '/', '/graphql/', '/api/v1/whoami'];

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ schema: import('graphql').GraphQLSchema, random: import('../random.js').Random, world: object }} parts
 */
export function createWebSocketGenerator({ schema, random, world }) {
  const makeQuery = createQueryMaker({ schema, random });
  const documents = createTrustedDocuments(schema).filter(({ body }) => body.startsWith('query'));
  return (caller) => {
    const newValues = () => createValues({ random, world, caller });
    const kind = random.integer(0, 99);
    if (kind < 20) return { entry: 'websocket faults', steps: [fault()] };
    if (kind < 45) return { entry: 'websocket ids', steps: ids(newValues) };
    return { entry: 'websocket operations', steps: operations(newValues) };
  };

  function fault() {
    const request = socketOf(random.pick(faults));
    return random.chance(10) ? { ...request, path: random.pick(otherPaths) } : request;
  }

  /** Returns a conversation with some operations, and the same one again when the documents are known. */
  function operations(newValues) {
    const made = Array.from({ length: random.pick([1, 1, 2, 3, 5]) }, () => makeQuery(newValues));
    const document = toNewDocument('', random);
    const payloads = made.map(({ query, variables }) => {
      const payload = { query: `${query}${document}`, variables };
      return random.chance(80) ? payload : { ...payload, ...mistake(query, document) };
    });
    const message = {
      ...init,
      ...(random.chance(40)
        ? { payload: random.pick([tokenIn, (token) => ({ headers: tokenIn(token) })])('{{token}}') }
        : {}),
    };
    const socket = { ...socketOf([message, ...payloads.map((payload, n) => subscribe(payload, `${n}`))]), document };
    return [socket, socket];
  }

  function mistake(query, document) {
    return random.pick([
      { query: query.slice(0, random.integer(0, query.length - 1)) },
      { query: `${query.replace('{', '{ missing: nothing ')}${document}` },
      { variables: {} },
      { operationName: 'Unknown' },
      { extensions: { unknown: 1 } },
    ]);
  }

  function ids(newValues) {
    if (documents.length > 0 && random.chance(50)) {
      const { id, digest, body, variables } = random.pick(documents);
      const known = random.pick([id, id, digest, `sha256:${digest}`, 'unknown']);
      const form = random.pick([
        { documentId: known },
        { extensions: persistedQuery(known) },
        { query: '', documentId: known },
        { query: body, documentId: known },
        { query: body },
        { documentId: 5 },
      ]);
      const socket = socketOf([init, subscribe({ ...form, variables: variables(newValues()) })]);
      return [socket, socket];
    }
    const { query, variables } = makeQuery(newValues);
    const document = toNewDocument(query, random);
    const byId = { variables, extensions: persistedQuery('{{sha256}}') };
    return [byId, { query: document, ...byId }, byId, byId].map((payload) => ({
      ...socketOf([init, subscribe(payload)]),
      document,
    }));
  }
}

const tokenIn = (token) => ({ authorization: `Bearer ${token}` });
