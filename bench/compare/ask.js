// Sends an operation to both builds. Each step goes to the old build first, then to the new one, so that statements can
// be attributed.

import { findDifferences, nameOf } from './differences.js';
import { maskResponse } from './mask.js';

/**
 * Asks both builds the steps of an operation, one after another, until they differ.
 * @param {import('./generate/index.js').Operation} operation
 * @param {{ sides: readonly Side[], token?: string, ignored?: readonly RegExp[] }} options ignored: patterns of entry
 *   and kind
 * @typedef {{ name: string, send: Function, countStatements: () => Promise<Record<string, number>> }} Side
 * @returns {Promise<{ request: object, differences: import('./differences.js').Difference[], status: string }[]>} for
 *   each step
 */
export async function ask({ entry, steps }, { sides, token, ignored = [] }) {
  const asked = [];
  let last = sides.map(() => undefined);
  for (const step of steps) {
    const requests = last.map((response) => fillIn(step, response));
    // A page that is the last on both sides has no next one. If it is the last on one side, the pages themselves
    // differ.
    if (requests.includes(undefined)) break;
    const observed = [];
    for (const [index, side] of sides.entries()) observed.push(await observe(side, requests[index], token));
    last = observed.map(({ raw }) => raw);
    const differences = findDifferences(observed[0], observed[1]).filter(
      ({ kind }) => !ignored.some((pattern) => pattern.test(nameOf(entry, kind))),
    );
    asked.push({ request: requests[0].request, differences, status: observed[0].response.status });
    if (differences.length > 0) break;
  }
  return asked;
}

async function observe({ send, countStatements }, { request, events }, token) {
  await countStatements();
  const raw = await send(request, { token, events });
  const counted = await countStatements();
  // A stream that the client leaves has read ahead by an amount that depends on time.
  const statements = events === undefined ? counted : Object.fromEntries(Object.keys(counted).map((name) => [name, 1]));
  return { raw, response: maskResponse(raw, { now: Date.now() }), statements };
}

/** Returns the request of a step after the previous response; undefined if that lacks the text that the step takes. */
function fillIn({ take, isStream, ...request }, response) {
  if (take === undefined) return { request, ...(isStream ? { events: 1 } : {}) };
  const text = [...Object.entries(response.headers).map((header) => header.join(': ')), response.body].join('\n');
  const taken = new RegExp(take).exec(text)?.[1];
  if (taken === undefined) return undefined;
  const events = isStream ? text.match(new RegExp(take, 'g')).length - 1 : undefined;
  if (events === 0) return undefined;
  const fill = (value, encode = (same) => same) => value?.replace('{{taken}}', () => encode(taken));
  return {
    request: {
      ...request,
      path: fill(request.path, encodeURIComponent),
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, fill(value)])),
      ...(request.body === undefined ? {} : { body: fill(request.body) }),
    },
    events,
  };
}
