// All operations of a comparison, generated from the seed and the descriptions of both builds.

import { createRandom } from '../random.js';
import { callers } from '../world.js';
import { createExportGenerator } from './exports.js';
import { createGraphqlGenerator } from './graphql.js';
import { createMcpGenerator } from './mcp.js';
import { createRestGenerator } from './rest.js';
import { createStreamGenerator } from './streams.js';

/** The percentage of operations for each entry point. */
const shares = [
  [createGraphqlGenerator, 55],
  [createRestGenerator, 25],
  [createStreamGenerator, 8],
  [createExportGenerator, 6],
  [createMcpGenerator, 6],
];
/** Callers of most operations, weighted by repetition: callers without access find few differences. */
const usualCallers = ['owner', 'owner', 'editor', 'viewer', 'own'];

/**
 * @typedef {object} Request
 * @property {string} method `WEBSOCKET` for one: `body` then has the messages, a line each
 * @property {string} path
 * @property {Record<string, string>} headers
 * @property {string} [body]
 * @property {string} [take] a pattern: `{{taken}}` stands for its group in the response before, which ends the
 *   operation where there is none
 * @property {boolean} [isStream] whether it is left after its first events: those that the response before has behind
 *   the taken cursor, or one
 *
 * @typedef {{ number: number, entry: string, caller: string, steps: Request[] }} Operation
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
