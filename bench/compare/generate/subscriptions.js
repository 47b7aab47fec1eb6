// Subscriptions over every transport: some receive a run while it is written, others are rejected or invalid. Also
// queries over the transports of subscriptions.

import { get } from './documents.js';
import { createOperation, createQueryMaker, post } from './graphql.js';
import { createValues } from './values.js';
import { socketOf, subscribe } from './websockets.js';

const eventStream = 'text/event-stream';
const multipart = 'multipart/mixed;subscriptionSpec="1.0", application/json';
const callbacks = 'application/json;callbackSpec=1.0, application/json';

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ schema: import('graphql').GraphQLSchema, random: import('../random.js').Random, world: object }} parts
 */
export function createSubscriptionGenerator({ schema, random, world }) {
  const makeQuery = createQueryMaker({ schema, random });
  const forms = { websocket, eventStream: byEventStream, multipart: byMultipart, callback };
  return (caller) => {
    const name = random.pick(Object.keys(forms));
    const form = forms[name];
    const values = createValues({ random, world, caller });
    const entry = `subscription by ${name}`;
    const kind = random.integer(0, 99);
    // The owner may read all written runs.
    if (kind < 40) return { entry, caller: 'owner', steps: [form(written(), 2)] };
    if (kind < 60) return { entry, steps: [form(subscription(values.place), 1)] };
    if (kind < 75) return { entry, steps: [form(invalid(values.place), 1)] };
    return { entry: `query by ${name}`, steps: [form(makeQuery(() => createValues({ random, world, caller })))] };
  };

  function written() {
    const taskId = random.pick(world.liveTaskIds);
    const { orgId, projectId } = world.places.find((place) => place.taskId === taskId);
    return { ...subscription({ orgId, projectId, taskId }), writes: taskId };
  }

  function subscription({ orgId, projectId, taskId }) {
    const ids = { orgId, projectId, ...(random.chance(60) ? { taskId } : {}) };
    const values = createValues({ random, world, caller: 'owner' });
    const run = createOperation({ schema, random, isPlain: true }).selection(schema.getType('TaskRun'), values, 1);
    const args = Object.keys(ids).map((name) => `${name}: $${name}`);
    const declared = Object.keys(ids).map((name) => `$${name}: ID!`);
    const query = `subscription Live(${declared.join(', ')}) {
      taskRunChanged(${args.join(', ')}) { cursor previousCursor run ${run} }
    }`;
    return { query, variables: ids };
  }

  function invalid(place) {
    const valid = subscription(place);
    return random.pick([
      { ...valid, query: valid.query.slice(0, -3) },
      { ...valid, query: valid.query.replace('cursor', 'nothing') },
      {
        ...valid,
        query: `${valid.query.replace(/\}\s*$/, '')} other: taskRunChanged(orgId: "a", projectId: "b") { cursor } }`,
      },
      { ...valid, query: valid.query.replace('subscription', 'query') },
      { ...valid, variables: {} },
      { ...valid, variables: { ...valid.variables, orgId: 'nonsense' } },
      { ...valid, operationName: 'Unknown' },
    ]);
  }

  function websocket({ writes, ...parameters }, events) {
    return { ...streamed(socketOf([{ type: 'connection_init' }, subscribe(parameters)]), events), ...writing(writes) };
  }

  function byEventStream({ writes, ...parameters }, events) {
    const request = random.chance(25) ? get(parameters, { accept: eventStream }) : accepting(parameters, eventStream);
    return { ...streamed(request, events), ...writing(writes) };
  }

  function byMultipart({ writes, ...parameters }, events) {
    return { ...streamed(accepting(parameters, multipart), events), ...writing(writes) };
  }

  function callback({ writes, ...parameters }, events) {
    const usual = {
      callbackUrl: '{{callback}}',
      subscriptionId: 'compare',
      verifier: 'secret',
      heartbeatIntervalMs: 0,
    };
    const wrong = random.pick([
      { callbackUrl: 'http://example.com/callback' },
      { callbackUrl: 5 },
      { verifier: undefined },
      { subscriptionId: 5 },
      { heartbeatIntervalMs: 999 },
      { heartbeatIntervalMs: 'text' },
    ]);
    const isWrong = writes === undefined && random.chance(30);
    const isAwaited = writes !== undefined || random.chance(80);
    const extensions = { subscription: { ...usual, ...(isWrong ? wrong : {}) } };
    return {
      ...accepting({ ...parameters, extensions }, callbacks),
      ...writing(writes),
      callback: { events: isAwaited ? (events ?? 1) : 0 },
    };
  }
}

const streamed = (request, events) => (events === undefined ? request : { ...request, isStream: true, events });
const writing = (writes) => (writes === undefined ? {} : { writes });
const accepting = (parameters, accept) => {
  const request = post(parameters);
  return { ...request, headers: { ...request.headers, accept } };
};
