// Event streams over REST, and subscriptions over WebSockets and event streams. Most begin after the cursor of a page
// of changes, so that their first events already exist. The others begin with a heartbeat or an error.

import { createOperation } from './graphql.js';
import { fillPath, searchOf } from './rest.js';
import { createValues } from './values.js';

const events = 'text/event-stream';

/**
 * Returns a function that makes the next operation of a caller.
 * @param {{ schema: import('graphql').GraphQLSchema, openapi: object, random: import('../random.js').Random, world:
 *   object }} parts
 */
export function createStreamGenerator({ schema, openapi, random, world }) {
  const routes = Object.keys(openapi.paths).filter((path) => path.endsWith('/changes'));
  return (caller) => {
    const values = createValues({ random, world, caller });
    const route = random.pick(routes);
    const path = fillPath(route, values);
    const isResumed = random.chance(75);
    const steps = (page, stream) =>
      isResumed ? [page, { ...stream, take: '"cursor":"([^"]+)"', isStream: true }] : [{ ...stream, isStream: true }];
    const filters = openapi.paths[route].get.parameters.filter(({ name }) => !/^(page_limit|wait|after)$/.test(name));
    if (random.chance(50)) {
      const search = searchOf(filters, values, random.pick([0, 0, 1]));
      const isHeader = random.chance(50);
      const headers = { accept: events, ...(isResumed && isHeader ? { 'last-event-id': '{{taken}}' } : {}) };
      const after = isResumed && !isHeader ? `${search ? '&' : '?'}after={{taken}}` : '';
      const stream = { method: 'GET', path: `${path}${search}${after}`, headers };
      return { entry: 'event stream', steps: steps(first(`${path}${search}`), stream) };
    }
    const { orgId, projectId, taskId } = values.place;
    const ids = { orgId, projectId, ...(route.includes('{task_id}') ? { taskId } : {}) };
    const args = Object.entries(ids).map(([name, id]) => `${name}: ${JSON.stringify(id)}`);
    const run = createOperation({ schema, random, isPlain: true }).selection(schema.getType('TaskRun'), values, 1);
    const query = `subscription ($after: String) {
      taskRunChanged(${args.join(', ')}, after: $after) { cursor previousCursor run ${run} }
    }`;
    const parameters = { query, variables: { after: isResumed ? '{{taken}}' : null } };
    if (random.chance(50)) {
      const messages = [{ type: 'connection_init' }, { id: '1', type: 'subscribe', payload: parameters }];
      const socket = {
        method: 'WEBSOCKET',
        path: '/graphql',
        headers: {},
        body: messages.map((message) => JSON.stringify(message)).join('\n'),
      };
      return { entry: 'websocket', steps: steps(first(path), socket) };
    }
    const headers = { 'content-type': 'application/json', accept: events };
    const request = { method: 'POST', path: '/graphql', headers, body: JSON.stringify(parameters) };
    return { entry: 'graphql stream', steps: steps(first(path), request) };
  };
}

/**
 * Returns the request for a page with the cursor after which the stream begins, and with the changes that it starts
 * with.
 */
const first = (path) => ({
  method: 'GET',
  path: `${path}${path.includes('?') ? '&' : '?'}page_limit=3`,
  headers: { accept: 'application/json' },
});
