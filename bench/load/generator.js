// The load process. It receives its requests over IPC and returns measurements.

import { driveConnection } from './connection.js';

/** Encodes complete requests before the clock starts. */
function writeRequest({ method, path, headers, body = '' }) {
  const fields = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(body) });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
}

/**
 * Sends `requests` over and over for `seconds`, or until there were `count` responses.
 * @param {{ port: number, requests: object[], responseStart: string, connections: number, seconds: number,
 *   count?: number, reportEvery?: number }} order
 */
async function load({ port, requests, responseStart, connections, seconds, count = Infinity, reportEvery = 0 }) {
  const good = Buffer.from(responseStart);
  const messages = requests.map(writeRequest);
  const latencies = [];
  let sent = 0;
  let failed = 0;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const end = start + seconds * 1000;
  const next = () => (sent < count && performance.now() < end ? messages[sent++ % messages.length] : undefined);
  const onResponse = (milliseconds, isGood) => {
    latencies.push(milliseconds);
    if (!isGood) failed += 1;
    if (reportEvery > 0 && latencies.length % reportEvery === 0) process.send({ progress: latencies.length });
  };
  await Promise.all(Array.from({ length: connections }, () => driveConnection({ port, good, next, onResponse })));
  const elapsed = (performance.now() - start) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {
    requests: sorted.length,
    failed,
    perSecond: sorted.length / elapsed,
    p50: quantile(0.5),
    p99: quantile(0.99),
    elapsed,
    loadCpu: (cpu.user + cpu.system) / 1e6,
  };
}

process.on('message', (order) => {
  load(order).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
