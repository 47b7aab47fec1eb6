// Streams, exports and operations of callers with an accepted token who read either none or all of their responses,
// depending on an option. When stopped, reports the number of requests with each status.

import { connect } from 'node:net';
import { WebSocket } from 'ws';

const { url, path, tokens, kind, connections, each = 1, encoding = 'identity', reads } = JSON.parse(process.argv[2]);
const { orgId, projectId, taskId } = path;
const { hostname, port } = new URL(url);
const statuses = {};
const count = (status) => {
  statuses[status] = (statuses[status] ?? 0) + 1;
};
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
/** Returns a subscription of one of three kinds, which share no statements. */
const subscriptionOf = (n) =>
  `subscription { taskRunChanged(${project}, filter: { minTotalTokens: ${n % 3} }) { cursor run { id response runData } } }`;
const page = `{ taskRuns(${project}, taskId: "${taskId}", first: 20) { nodes { id response } } }`;

/** Sends one request. If nothing is to be read, reads only the status of its response. */
function request(token, { method = 'GET', path: target, accept, body = '' }) {
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.once('data', (bytes) => {
    count(bytes.toString('latin1', 9, 12));
    if (!reads) socket.pause();
    socket.on('data', () => {});
  });
  const headers = [
    `host: ${hostname}`,
    `authorization: Bearer ${token}`,
    `accept: ${accept}`,
    `accept-encoding: ${encoding}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  socket.write(`${method} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

/** Opens a WebSocket, and starts the given number of operations on it. */
function openSocket(token, queryOf) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  socket.on('error', () => {});
  socket.on('close', (code) => count(code));
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', (text) => {
    const { type } = JSON.parse(text);
    if (type === 'ping') socket.send('{"type":"pong"}');
    if (type !== 'connection_ack') return;
    count('acknowledged');
    for (let n = 0; n < each; n += 1)
      socket.send(JSON.stringify({ type: 'subscribe', id: `${n}`, payload: { query: queryOf(n) } }));
    if (!reads) socket.pause();
  });
}

const restPath = `/api/v1/org/${orgId}/project/${projectId}/task_run`;
const kinds = {
  'subscriptions of WebSockets': (token) => openSocket(token, subscriptionOf),
  'operations of WebSockets': (token) => openSocket(token, () => page),
  'event streams of GraphQL': (token, n) =>
    request(token, {
      method: 'POST',
      path: '/graphql',
      accept: 'text/event-stream',
      body: JSON.stringify({ query: subscriptionOf(n) }),
    }),
  'event streams of REST': (token) => request(token, { path: `${restPath}/changes`, accept: 'text/event-stream' }),
  'exports as CSV': (token) => request(token, { path: `${restPath}/export`, accept: 'text/csv' }),
  'exports as lines of JSON': (token) => request(token, { path: `${restPath}/export`, accept: 'application/x-ndjson' }),
};

// Sockets that are not read do not keep a process alive.
setInterval(() => {}, 1000);
for (let n = 0; n < connections; n += 1) {
  kinds[kind](tokens[n % tokens.length], n);
  if (n % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 20));
}
process.stdout.write('begun\n');
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(statuses)}\n`, () => process.exit(0));
});
