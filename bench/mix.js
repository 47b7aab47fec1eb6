// Sends a mix of requests to the gateway at given rates, as people and programs do, with the log and the audit log
// enabled. Measures the cost of a request for the capacity guide in docs/operating.md.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startContestant } from './contestants/process.js';
import { processSeconds, residentMegabytes } from './measure/process-figures.js';

const warmUpSeconds = 5;
const tickMs = 10;
/** The number of requests in flight above which a rate cannot be sustained. */
const maxInFlight = 500;

/** The kinds of requests, with their percentages. */
const kinds = [
  {
    name: 'run',
    part: 60,
    send: query(
      'r: taskRun($task, id: "$id") { created status totalTokens chargedCredits llmCallTiming response runData reportingGroup { name } files { name } }',
    ),
  },
  {
    name: 'list',
    part: 20,
    send: query(
      'l: taskRuns($task, first: 50) { nodes { id created status totalTokens chargedCredits reference } pageInfo { endCursor } }',
    ),
  },
  { name: 'page with JSON', part: 5, send: query('l: taskRuns($task, first: 20) { nodes { id response } }') },
  { name: 'REST run', part: 12, send: get('/run/$id') },
  {
    name: 'statistics',
    part: 2,
    send: query(
      's: taskRunStats($task) { runs errors totalTokens byRevision: groupBy(dimension: REVISION, first: 10) { runs } }',
    ),
  },
  { name: 'export of usage', part: 1, send: get('/run/export?fields=core,usage') },
];

function query(selection) {
  return ({ orgId, projectId, taskId, id }, headers) => {
    const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
    const text = `{ ${selection.replace('$task', task).replace('$id', id)} }`;
    return ['/graphql', { method: 'POST', headers, body: JSON.stringify({ query: text }) }];
  };
}

function get(path) {
  return ({ orgId, projectId, taskId, id }, headers) => [
    `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}${path.replace('$id', id)}`,
    { headers },
  ];
}

/** @returns {Promise<object[]>} a row for each rate and number of processes */
export async function measureMix({ gateway, rates, seconds, databaseUrl, sample, backends, print, log }) {
  const rows = [];
  print(headings);
  for (const processes of [1, 2]) {
    const audit = join(gateway.environment.DATA_DIR, `audit-${processes}.log`);
    let logBytes = 0;
    const environment = { ...gateway.environment, LOG_LEVEL: 'info', AUDIT_LOG: audit, PROCESSES: String(processes) };
    const onOutput = (text) => {
      logBytes += Buffer.byteLength(text);
    };
    const server = await startContestant({ ...gateway, environment, onOutput }, databaseUrl);
    const bytes = () => ({ log: logBytes, audit: existsSync(audit) ? statSync(audit).size : 0 });
    try {
      for (const rate of rates) {
        const target = { url: `http://127.0.0.1:${server.port}`, rate, paths: sample.paths, token: gateway.token };
        await send({ ...target, seconds: warmUpSeconds });
        const { now: backendsBefore } = await backends.cpuSince();
        const [cpuBefore, bytesBefore] = [treeSeconds(server.pid), bytes()];
        const sent = await send({ ...target, seconds });
        const cpu = treeSeconds(server.pid) - cpuBefore;
        const database = await backends.cpuSince(backendsBefore);
        const written = bytes();
        const perRequest = (total) => total / sent.count;
        const row = {
          processes,
          rate,
          ...sent,
          gatewayMs: perRequest(cpu * 1000),
          databaseMs: perRequest((database.user + database.system) * 1000),
          megabytes: treeMegabytes(server.pid),
          logBytes: perRequest(written.log - bytesBefore.log),
          auditBytes: perRequest(written.audit - bytesBefore.audit),
        };
        rows.push(row);
        print(toLine(row));
        log(`  ${rate} requests a second, ${processes} of processes`);
      }
    } finally {
      await server.stop();
    }
  }
  return rows;
}

const headings = `| processes | requests/s | sent/s | failed | p50 ms | p99 ms | gateway ms | database ms | RSS MB | log B | audit B |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`;

function toLine({
  processes,
  rate,
  perSecond,
  failed,
  p50,
  p99,
  gatewayMs,
  databaseMs,
  megabytes,
  logBytes,
  auditBytes,
}) {
  const cells = [processes, rate, perSecond.toFixed(0), failed, p50.toFixed(1), p99.toFixed(1)];
  const costs = [
    gatewayMs.toFixed(2),
    databaseMs.toFixed(2),
    megabytes.toFixed(0),
    logBytes.toFixed(0),
    auditBytes.toFixed(0),
  ];
  return `| ${[...cells, ...costs].join(' | ')} |`;
}

/** Sends requests at a rate, whether or not earlier ones have ended. */
async function send({ url, rate, seconds, paths, token }) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const order = kinds.flatMap((kind) => Array.from({ length: kind.part }, () => kind));
  const times = [];
  const pending = new Set();
  let [count, failed] = [0, 0];
  const start = performance.now();
  for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - start) {
    while (count < (elapsed / 1000) * rate && pending.size < maxInFlight) {
      // 37 and 100 have no common divisor, so the kinds alternate.
      const [path, options] = order[(count * 37) % order.length].send(paths[count % paths.length], headers);
      count += 1;
      const began = performance.now();
      const request = fetch(url + path, options)
        .then(async (response) => {
          const text = await response.text();
          if (response.status !== 200 || text.startsWith('{"errors"')) failed += 1;
          times.push(performance.now() - began);
        })
        .catch(() => {
          failed += 1;
        })
        .finally(() => pending.delete(request));
      pending.add(request);
    }
    await sleep(tickMs);
  }
  await Promise.all(pending);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)] ?? 0;
  return { count, failed, perSecond: (count * 1000) / (performance.now() - start), p50: at(0.5), p99: at(0.99) };
}

/** Returns the ids of a process and its children. */
function treeOf(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
    .flatMap(treeOf)
    .concat(pid);
}

function treeSeconds(pid) {
  return treeOf(pid).reduce((sum, item) => {
    const { user, system } = processSeconds(item);
    return sum + user + system;
  }, 0);
}

function treeMegabytes(pid) {
  return treeOf(pid).reduce((sum, item) => sum + residentMegabytes(item).now, 0);
}
