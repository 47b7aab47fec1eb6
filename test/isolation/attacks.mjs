// Attacks by callers with an accepted token, at full speed. Each attack continues until it is stopped. The responses to
// its requests are ignored.

import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { createRandom, seededSource } from '../../dist/src/demo/data/random.js';
import { createLargeDocument } from '../support/large-document.mjs';

/** The target, and the number of concurrent requests. */
const [name, text, intensity] = process.argv.slice(2);
const target = JSON.parse(text);
const { orgId, projectId, taskId } = target.path;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;

/** @param isRequest whether its operation must be valid, because a rejected one is not an attack */
async function post(token, body, signal, isRequest = true) {
  const response = await fetch(`${target.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  });
  const bytes = await response.arrayBuffer();
  const start = Buffer.from(bytes, 0, Math.min(1000, bytes.byteLength)).toString();
  if (isRequest && start.includes('GRAPHQL_VALIDATION_FAILED')) {
    process.stderr.write(start, () => process.exit(1));
  }
}

const aliases = (count, fieldOf) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${fieldOf(index)}`).join(' ')} }`;

/** Sends a request, and does not read any of its response until the end. */
function postWithoutReading(query, signal) {
  const { hostname, port } = new URL(target.url);
  const body = JSON.stringify({ query });
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${target.owner}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const end = () => socket.destroy();
    signal.addEventListener('abort', end);
    socket.on('error', () => {});
    socket.on('close', () => {
      signal.removeEventListener('abort', end);
      resolve();
    });
  });
}

/** Sends bytes on a separate connection. Resolves when the gateway has closed it, or after a while. */
function sendRaw(bytes, milliseconds) {
  const { hostname, port } = new URL(target.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const timer = setTimeout(() => socket.destroy(), milliseconds);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
    socket.write(bytes);
  });
}

const headersOf = (token, length) =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** Opens a WebSocket, and sends bytes once its token is accepted. Resolves when it is closed, or after a while. */
function openWebSocket(bytes, milliseconds) {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${target.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const timer = setTimeout(() => socket.terminate(), milliseconds);
    socket.on('error', () => {});
    socket.on('open', () => {
      const payload = { authorization: `Bearer ${target.stranger}` };
      socket.send(JSON.stringify({ type: 'connection_init', payload }));
    });
    socket.once('message', () => socket._socket.write(bytes));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Frames of 60 KB in total, with masks of zeros. */
function createFrames(text) {
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
  return Buffer.concat(Array.from({ length: Math.floor(60_000 / frame.length) }, () => frame));
}
const pings = createFrames('{"type":"ping"}');

/** One request per attack, which a signal ends. */
const attacks = {
  'documents of a subject without any grant, each another': (random, signal) =>
    post(target.stranger, createLargeDocument(random.integer(0, 2 ** 31)).body, signal),

  'twenty counts over a filter that no index decides': (random, signal) => {
    const filterOf = () => `filter: { primaryFailureReasonContains: "${random.integer(0, 1e9)}" }`;
    return post(target.owner, { query: aliases(20, () => `taskRuns(${task}, ${filterOf()}) { totalCount }`) }, signal);
  },

  'statistics with every split': (random, signal) => {
    const timeZone = random.pick(['UTC', 'Europe/Berlin', 'Asia/Tokyo']);
    const query = `{ taskRunStats(${project}, filter: { minTotalTokens: ${random.integer(0, 1000)} }) {
      runs chargedCredits llmCallTiming { p50 p95 p99 } byRevision: groupBy(dimension: REVISION) { value runs inputTokens }
      byReportingGroup: groupBy(dimension: REPORTING_GROUP) { runs reportingGroup { name } } buckets(by: HOUR, timeZone: "${timeZone}") { start runs llmCallTiming { p95 } } } }`;
    return post(target.owner, { query }, signal);
  },

  'pages of large runs': (random, signal) => {
    const first = random.integer(50, 100);
    return post(
      target.owner,
      { query: aliases(5, () => `taskRuns(${task}, first: ${first}) { nodes { response runData } }`) },
      signal,
    );
  },

  'pages of large runs that nobody reads': (_random, signal) =>
    postWithoutReading(
      aliases(5, () => `taskRuns(${task}, first: 100) { nodes { response runData } }`),
      signal,
    ),

  'a large run under many names': (random, signal) =>
    post(
      target.owner,
      {
        query: aliases(
          10,
          () => `taskRun(${task}, id: "${random.pick(target.largeRuns)}") { a: response b: response c: runData }`,
        ),
      },
      signal,
    ),

  'JSON Pointers into large runs, which share statements': (random, signal) => {
    const pointers = Array.from(
      { length: 100 },
      (_, index) => `p${index}: response(path: "/list/${random.integer(0, 1e5)}")`,
    );
    const query = `{ taskRun(${task}, id: "${random.pick(target.largeRuns)}") { ${pointers.join(' ')} } }`;
    return post(target.owner, { query }, signal);
  },

  'as many runs as an operation can name': (random, signal) =>
    post(
      target.owner,
      {
        query: `{ ${Array.from({ length: 300 }, (_, index) => `a${index}: taskRun(${task}, id: "${random.pick(target.runs)}") { ...F }`).join(' ')} }
          fragment F on TaskRun { id response files { name } }`,
      },
      signal,
    ),

  'as many entities as an operation can have': (random, signal) =>
    post(
      target.owner,
      {
        query: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on TaskRun { id response runData } } }',
        variables: { r: Array.from({ length: 300 }, () => ({ __typename: 'TaskRun', id: random.pick(target.runs) })) },
      },
      signal,
    ),

  'filters of a different form each': (random, signal) => {
    const conditions = [
      `minTotalTokens: ${random.integer(0, 1e6)}`,
      `minLlmRetries: ${random.integer(0, 5)}`,
      `minLlmCallTiming: ${random.integer(0, 100)}`,
      'status: FAIL',
      'usedFallbackModel: true',
      'hasFiles: true',
      `minChargedCredits: "${random.integer(0, 100)}"`,
      'createdAfter: "2025-01-01T00:00:00Z"',
      'createdBefore: "2027-01-01T00:00:00Z"',
      `reference: { startsWith: "${random.integer(0, 99)}" }`,
      `contextId: { eq: "context-${random.integer(0, 9)}" }`,
      'reportingGroupName: "Group 0"',
    ].filter(() => random.chance(50));
    const query = `{ taskRuns(${task}, first: 5, filter: { ${conditions.join(' ')} }) { nodes { id } } }`;
    return post(target.owner, { query }, signal);
  },

  'clients that leave while their statements run': (random, signal) => {
    const leaves = AbortSignal.any([signal, AbortSignal.timeout(random.integer(1, 60))]);
    const query = aliases(
      20,
      () => `taskRuns(${task}, filter: { primaryFailureReasonContains: "${random.integer(0, 1e9)}" }) { totalCount }`,
    );
    return post(target.owner, { query }, leaves);
  },

  'fifty bodies each that never end': () => {
    const unfinished = headersOf(target.stranger, 1_048_000) + 'x'.repeat(1_040_000);
    return Promise.all(Array.from({ length: 50 }, () => sendRaw(unfinished, 20_000)));
  },

  'requests on one connection that wait for no response': (random) => {
    const filter = `filter: { primaryFailureReasonContains: "${random.integer(0, 1e9)}" }`;
    const body = JSON.stringify({ query: aliases(20, () => `taskRuns(${task}, ${filter}) { totalCount }`) });
    return sendRaw(`${headersOf(target.owner, body.length)}${body}`.repeat(200), 20_000);
  },

  'two hundred WebSockets each without an operation': () =>
    Promise.all(Array.from({ length: 200 }, () => openWebSocket('', 20_000))),

  'small messages of WebSockets': () => openWebSocket(pings, 1000),

  'bodies that are not requests': (random, signal) =>
    post(
      target.owner,
      random.pick([
        '{'.repeat(100_000),
        JSON.stringify({ query: `{ ${'a '.repeat(50_000)} }` }),
        JSON.stringify({
          query: '{ viewer { subject } }',
          variables: Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`v${n}`, n])),
        }),
        JSON.stringify({ query: `{ viewer ${'{ a '.repeat(5000)}` }),
        'x'.repeat(1_000_000),
      ]),
      signal,
      false,
    ),
};

let sent = 0;
process.on('SIGTERM', () => {
  process.stdout.write(`${sent}\n`, () => process.exit(0));
});
// Sockets that are not read do not keep a process alive.
setInterval(() => {}, 1000);
for (let lane = 0; lane < Number(intensity); lane += 1) {
  const random = createRandom(seededSource(lane + 1));
  const neverAborted = new AbortController().signal;
  void (async () => {
    for (;;) {
      sent += 1;
      await attacks[name](random, neverAborted).catch(() => {});
    }
  })();
}
process.stdout.write('attacking\n');
