// All operations of a comparison, generated from the seed and the descriptions of both builds.

import { createRandom } from '../random.js';
import { callers } from '../world.js';
import { createDocumentGenerator } from './documents.js';
import { createExportGenerator } from './exports.js';
import { createGraphqlGenerator } from './graphql.js';
import { createMcpGenerator } from './mcp.js';
import { createParameterGenerator } from './parameters.js';
import { createPersistedGenerator } from './persisted.js';
import { createRestGenerator } from './rest.js';
import { createStreamGenerator } from './streams.js';
import { createSubscriptionGenerator } from './subscriptions.js';
import { createWebSocketGenerator } from './websockets.js';

/** The percentage of operations for each entry point. */
const shares = [
  [createGraphqlGenerator, 39],
  [createRestGenerator, 20],
  [createStreamGenerator, 6],
  [createExportGenerator, 4],
  [createMcpGenerator, 6],
  [createDocumentGenerator, 8],
  [createPersistedGenerator, 5],
  [createParameterGenerator, 4],
  [createWebSocketGenerator, 5],
  [createSubscriptionGenerator, 3],
];
/** The callers of most operations, weighted by repetition, because callers without access find few differences. */
const usualCallers = ['owner', 'owner', 'editor', 'viewer', 'own'];

/**
 * @typedef {object} Request
 * @property {string} method `WEBSOCKET` for one: `body` then has the messages, a line each
 * @property {string} path
 * @property {Record<string, string>} headers
 * @property {string} [body] `{{token}}` in it stands for the token, which then is in no header
 * @property {string} [document] `{{sha256}}` in path and body stands for its digest, and `{{attempt}}` for a number that
 *   makes it new in each attempt
 * @property {string} [take] a pattern: `{{taken}}` stands for its group in the response before, without which the
 *   operation ends
 * @property {boolean} [isStream] whether it is left after its first events: those that the response before has behind
 *   the taken cursor, or `events`
 * @property {number} [events] 1 unless it is given
 * @property {string} [writes] the task of which a run is written after the first event
 * @property {{ events: number }} [callback] for a subscription by callbacks to the address `{{callback}}`: the number of
 *   events that are received
 *
 * @typedef {{ number: number, entry: string, caller: string, steps: Request[] }} Operation some generators choose the
 *   caller themselves
 */

/**
 * Makes the operations of a seed.
 * @param {{ seed: number, count: number, world: object, schema: import('graphql').GraphQLSchema, openapi: object,
 *   tools: readonly object[] }} parts
 * @returns {Operation[]}
 */
export function generateOperations({ seed, count, ...described }) {
  const random = createRandom(seed);
  const generators = shares
    .flatMap(([create, share]) => Array(share).fill(create({ random, ...described })))
    .filter(Boolean);
  return Array.from({ length: count }, (_, number) => {
    const caller = random.pick(random.chance(75) ? usualCallers : Object.keys(callers));
    return { number, caller, ...random.pick(generators)(caller) };
  });
}
