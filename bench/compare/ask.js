// Sends an operation to both builds. Each step is sent first to the old build, then to the new one, so that statements
// and log lines can be attributed.

import { createHash } from 'node:crypto';
import { maskAuditLines } from './audit.js';
import { findDifferences, nameOf } from './differences.js';
import { maskLines } from './logs.js';
import { maskResponse } from './mask.js';

/**
 * @typedef {object} Side
 * @property {string} name
 * @property {Function} send
 * @property {() => Promise<Record<string, number>>} countStatements since its last call
 * @property {(requestId: string) => Promise<object[]>} [takeLines] of the log
 * @property {(requestId: string) => Promise<object[]>} [takeAuditLines]
 *
 * @typedef {object} Options
 * @property {readonly Side[]} sides
 * @property {string} [token]
 * @property {readonly RegExp[]} [ignored] patterns of entry and kind
 * @property {number} [attempt] makes the documents of each attempt new ones
 * @property {Awaited<ReturnType<typeof import('./callbacks.js').startCallbackReceiver>>} [receiver]
 * @property {(taskId: string) => Promise<void>} [write] writes a run of a task
 */

let requests = 0;

/**
 * Asks both builds the steps of an operation, one after another, until they differ.
 * @param {import('./generate/index.js').Operation} operation
 * @param {Options} options
 * @returns {Promise<{ request: object, differences: import('./differences.js').Difference[], status: string,
 *   auditLines: number }[]>} for each step; auditLines: of the old build
 */
export async function ask({ entry, steps }, { sides, token, ignored = [], attempt = 0, receiver, write }) {
  const asked = [];
  let last = sides.map(() => undefined);
  for (const step of steps) {
    const filled = last.map((response) => fillIn(fillInAttempt(step, attempt), response));
    // A page that is the last on both sides has no next one. If it is the last on only one side, the pages themselves
    // differ.
    if (filled.includes(undefined)) break;
    const observed = [];
    for (const [index, side] of sides.entries()) {
      observed.push(await observe(side, { ...filled[index], token, receiver, write }));
    }
    last = observed.map(({ raw }) => raw);
    const differences = findDifferences(observed[0], observed[1]).filter(
      ({ kind }) => !ignored.some((pattern) => pattern.test(nameOf(entry, kind))),
    );
    const [{ response, audit }] = observed;
    asked.push({
      ...{ request: filled[0].request, differences, status: response.status },
      auditLines: audit?.lines.length ?? 0,
    });
    if (differences.length > 0) break;
  }
  return asked;
}

async function observe(
  { send, countStatements, takeLines, takeAuditLines },
  { request, events, token, receiver, write },
) {
  await countStatements();
  requests += 1;
  const id = `compare-${requests}`;
  const { writes, callback, ...sent } = { ...request, headers: { ...request.headers, 'x-request-id': id } };
  // Whether the client leaves a stream after it has begun.
  let isLeft = false;
  const onFirstEvent = () => {
    isLeft = events !== undefined || callback !== undefined;
    if (writes !== undefined) void write(writes);
  };
  const raw =
    callback === undefined
      ? await send(sent, { token, events, onFirstEvent })
      : await sendWithCallback({ send, sent, token, expected: receiver.expect({ ...callback, onFirstEvent }) });
  const lines = await takeLines?.(id);
  const auditLines = await takeAuditLines?.(id);
  const counted = await countStatements();
  // The amount that an abandoned stream has read ahead depends on time.
  const statements = isLeft ? Object.fromEntries(Object.keys(counted).map((name) => [name, 1])) : counted;
  const response = maskResponse(raw, { now: Date.now() });
  const { hasMaskedParts } = response;
  // No other event follows a run that is written for the stream.
  const readsAhead = writes === undefined;
  return {
    ...{ raw, response, statements },
    log: lines && maskLines(lines, { isLeft }),
    audit: auditLines && maskAuditLines(auditLines, { length: raw.body.length, hasMaskedParts, isLeft, readsAhead }),
  };
}

/** Returns the response to a subscription, followed by the messages that the receiver got. */
async function sendWithCallback({ send, sent, token, expected }) {
  const response = await send({ ...sent, body: sent.body.replace('{{callback}}', expected.url) }, { token });
  if (response.headers['subscription-protocol'] !== undefined) await expected.untilEnd();
  return { ...response, body: Buffer.from([response.body, ...expected.received()].join('\n')) };
}

/** Returns a step with the document of an attempt, and that document's digest. */
function fillInAttempt({ document, ...step }, attempt) {
  const withAttempt = (text) => text?.replaceAll('{{attempt}}', attempt);
  const digest = document && createHash('sha256').update(withAttempt(document)).digest('hex');
  const fill = (text) => (digest ? withAttempt(text)?.replaceAll('{{sha256}}', digest) : withAttempt(text));
  return { ...step, path: fill(step.path), ...(step.body === undefined ? {} : { body: fill(step.body) }) };
}

/**
 * Returns the request of a step after the previous response, or `undefined` if that lacks the text that the step needs.
 */
function fillIn({ take, isStream, events: wanted = 1, ...request }, response) {
  if (take === undefined) return { request, ...(isStream ? { events: wanted } : {}) };
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
