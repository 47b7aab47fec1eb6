// Compares the gateway's statement for a statistic over all runs with the best handwritten SQL for the same figures:
//   node bench/statistics/run.js [--runs 2000000] [--rounds 5] [--scale]

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { prepareDatabase } from '../database/prepare.js';
import { serverUrl } from '../database/server-url.js';
import { prepareScale } from '../scale/fill.js';
import { statisticsCases } from './cases.js';

const print = (line) => process.stdout.write(`${line}\n`);
const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { runs: { type: 'string' }, rounds: { type: 'string' }, scale: { type: 'boolean' } },
});
const rounds = Number(values.rounds ?? 5);
const prepare = values.scale ? prepareScale : prepareDatabase;
const url = await prepare({
  serverUrl,
  root,
  runs: Number(values.runs ?? 2_000_000),
  log: print,
});

const load = (path) => import(`${root}dist/src/${path}`);
const { bindStatistics } = await load('task-runs/statistics/statement.js');
const { toGroupings } = await load('task-runs/statistics/groupings.js');
const { parseRunFilter } = await load('task-runs/visibility/run-filter.js');
const { noTerms } = await load('task-runs/visibility/search-terms.js');

const client = new pg.Client({ connectionString: url });
await client.connect();
// The gateway's setting, which also makes the handwritten statements faster.
await client.query('SET jit = off');
// With --scale, the tasks of one of the projects whose runs share the table.
const { rows: tasks } = await client.query(
  `SELECT id, project_id FROM task ${values.scale ? 'WHERE project_id = (SELECT id FROM project ORDER BY id LIMIT 1)' : ''}`,
);
const taskIds = tasks.map(({ id }) => id);
const path = { orgId: taskIds[0], projectId: tasks[0].project_id, taskId: null };
const scope = { path, allRunsTaskIds: taskIds, ownRunsTaskIds: [], subject: taskIds[0] };

print('| statistic | ms | by hand, ms | ratio |\n| --- | ---: | ---: | ---: |');
for (const { name, selection, byHand } of statisticsCases) {
  const gateway = bindStatistics(
    { scope, filter: parseRunFilter({}), groupings: toGroupings(selection), previousFilter: null, now: Date.now() },
    { current: noTerms, previous: noTerms },
    { maxSets: 10_000, maxJsonBytes: 0 },
  );
  const variants = [
    { text: gateway.statement.text, values: gateway.values },
    // The same form of result, so that only the work in the server differs.
    ...byHand.map((sql) => ({ text: `SELECT json_agg(row) FROM (${sql}) AS row`, values: [taskIds] })),
  ];
  const times = variants.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, variant] of variants.entries()) {
      const start = performance.now();
      await client.query(variant);
      times[index].push(performance.now() - start);
    }
  }
  const [gatewayTime, ...handTimes] = times.map((time) => time.sort((a, b) => a - b)[Math.floor(rounds / 2)]);
  const best = Math.min(...handTimes);
  print(`| ${name} | ${gatewayTime.toFixed(0)} | ${best.toFixed(0)} | ${(gatewayTime / best).toFixed(2)} |`);
}
await client.end();
