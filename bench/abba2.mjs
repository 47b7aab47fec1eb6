// A/B in fine slices: both gateways run, slices of load alternate, CPU of each process and of its backends is summed.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import pg from 'pg';
import { cases } from './cases/index.js';
import { createContestants } from './contestants/index.js';
import { startContestant } from './contestants/process.js';
import { createSample } from './database/sample.js';
const [, , rootA, rootB, names, rounds = '30', slice = '300'] = process.argv;
const url = 'postgres://postgres@127.0.0.1:5432/taskrun_bench_200000';
const sample = await createSample(url, 200000);
const ticks = (pid) => { try { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return Number(f[11]) + Number(f[12]); } catch { return 0; } };
const sides = [];
for (const root of [rootA, rootB]) {
  const [contestant] = await createContestants({ root, names: ['gateway'] });
  const before = new Set((await q('SELECT pid FROM pg_stat_activity')).map((r) => r.pid));
  contestant.environment = { ...contestant.environment, NODE_OPTIONS: sides.length ? (process.env.FB ?? '') : (process.env.FA ?? ''), PGAPPNAME: `ab${sides.length}` };
  sides.push({ root, contestant, ...(await startContestant(contestant, `${url}?application_name=ab${sides.length}`)) });
}
async function q(text, values) { const c = new pg.Client(url); await c.connect(); const r = await c.query(text, values); await c.end(); return r.rows; }
const backends = async (i) => (await q('SELECT pid FROM pg_stat_activity WHERE application_name = $1', [`ab${i}`])).map((r) => r.pid);
for (const name of names.split(',')) {
  const [n, c] = name.split(':');
  const testCase = cases.find((x) => x.name === n);
  const connections = Number(c ?? testCase.connections[0]);
  for (const s of sides) {
    const d = s.contestant.doors[testCase.door];
    s.requests = testCase.picks(sample).map((paths) => d.request(testCase, paths));
    s.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
    s.done = 0; s.cpu = 0; s.db = 0; s.ms = 0; s.at = 0; s.ratios = [];
  }
  const one = (s) => new Promise((resolve, reject) => {
    const r = s.requests[s.at++ % s.requests.length];
    const req = http.request({ port: s.port, host: '127.0.0.1', agent: s.agent, method: r.method, path: r.path, headers: { ...r.headers, ...(r.body ? { 'content-length': Buffer.byteLength(r.body) } : {}) } }, (res) => { res.on('data', () => {}); res.on('end', () => (res.statusCode === 200 ? resolve() : reject(new Error(`status ${res.statusCode}`)))); });
    req.on('error', reject); req.end(r.body);
  });
  const run = async (s, ms) => { const until = performance.now() + ms; let count = 0; await Promise.all(Array.from({ length: connections }, async () => { while (performance.now() < until) { await one(s); count++; } })); return count; };
  for (const s of sides) { s.at = 0; await run(s, 2500); }
  const pids = [await backends(0), await backends(1)];
  for (let r = 0; r < Number(rounds); r++) {
    const speeds = [];
    for (const i of r % 2 ? [1, 0] : [0, 1]) {
      const s = sides[i];
      const c0 = ticks(s.pid), d0 = pids[i].reduce((a, p) => a + ticks(p), 0), t0 = performance.now();
      const count = await run(s, Number(slice));
      const t = performance.now() - t0;
      s.cpu += ticks(s.pid) - c0; s.db += pids[i].reduce((a, p) => a + ticks(p), 0) - d0; s.done += count; s.ms += t;
      speeds[i] = count / t;
    }
    sides[0].ratios.push(speeds[1] / speeds[0]);
  }
  const [a, b] = sides; const sorted = a.ratios.sort((x, y) => x - y);
  const hwm = (s) => Math.round(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${s.pid}/status`, 'utf8'))[1] / 1024); console.log('peak MB', hwm(sides[0]), hwm(sides[1]), `${n}:${connections}`.padEnd(14), 'rps', (b.done / b.ms / (a.done / a.ms)).toFixed(3), 'median of slices', sorted[sorted.length >> 1].toFixed(3), 'cpu/request', (b.cpu / b.done / (a.cpu / a.done)).toFixed(3), 'db cpu/request', (b.db / b.done / (a.db / a.done)).toFixed(3), `(${a.done}/${b.done})`);
}
for (const s of sides) await s.stop();
process.exit(0);
