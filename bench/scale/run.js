// Sends the questions about a large database to the gateway one by one.

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createContestants } from '../contestants/index.js';
import { startContestant } from '../contestants/process.js';
import { serverUrl } from '../database/server-url.js';
import { describeMachine } from '../report.js';
import { prepareScale } from './fill.js';
import { measureIndexes } from './indexes.js';
import { parseScaleOptions } from './options.js';
import { questions } from './questions.js';

const print = (text) => process.stdout.write(`${text}\n`);
const log = (line) => process.stderr.write(`${line}\n`);
const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
/** @param {readonly string[]} argv */
export async function runScale(argv) {
  const options = parseScaleOptions(argv);
  if (options.help) return print(options.help);
  const root = resolve(options.gateway ?? fileURLToPath(new URL('../..', import.meta.url)));
  for (const runs of options.runs) {
    log(`filling ${runs.toLocaleString('en')} runs, unless they are there`);
    const url = await prepareScale({ serverUrl, root, runs, log });
    await (options.indexes ? printIndexes(url, runs, options.rounds) : ask({ url, root, runs, options }));
  }
}

async function printIndexes(url, runs, rounds) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const line of await measureIndexes(client, runs, rounds)) print(line);
  await client.end();
}

async function ask({ url, root, runs, options: { rounds, only } }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const blocks = await watchBlocks(client);
  const values = await findValues(client);
  const [gateway] = await createContestants({ root, names: ['gateway'] });
  const { headers } = gateway.entryPoints.statistics.request(null, [{}]);
  const { port, stop } = await startContestant(gateway, url);
  try {
    const { rows } = await client.query('SHOW server_version');
    print(`${runs.toLocaleString('en')} runs, ${values.inProject.toLocaleString('en')} in the project\n`);
    print('| question | ms | blocks | points, estimated | points |\n| --- | ---: | ---: | ---: | ---: |');
    for (const question of questions(values)) if (question.name.includes(only)) print(await measure(question));
    print(`\n${describeMachine(rows[0].server_version)}`);
  } finally {
    await stop();
    await client.end();
  }

  async function measure({ name, query, filter }) {
    const { orgId: org, projectId: project } = values;
    const send = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'x-cost': '1' },
        body: JSON.stringify({ query, variables: { org, project, filter } }),
      });
      return response.json();
    };
    // Once beforehand, so that the blocks are in memory as far as they fit.
    await send();
    const times = [];
    const touched = [];
    let last;
    for (let round = 0; round < rounds; round += 1) {
      await blocks.reset();
      const start = performance.now();
      last = await send();
      times.push(performance.now() - start);
      touched.push(await blocks.count());
    }
    const failure = last.errors?.[0].extensions.reason;
    const cost = last.extensions?.cost ?? {};
    const result = failure ?? median(times).toFixed(0);
    const cells = [name, result, median(touched) ?? '', cost.requestedQueryCost, cost.actualQueryCost];
    return `| ${cells.join(' | ')} |`;
  }
}

/** Counts the blocks that statements on `task_run` access. */
async function watchBlocks(client) {
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await client.query('SELECT pg_stat_statements_reset()');
  } catch {
    return { reset: async () => {}, count: async () => undefined };
  }
  return {
    reset: () => client.query('SELECT pg_stat_statements_reset()'),
    async count() {
      const { rows } = await client.query(`
        SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0)::integer AS blocks FROM pg_stat_statements
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query LIKE '%task_run%'`);
      return rows[0].blocks;
    },
  };
}

/** Finds a project, and values of its runs from the middle of the period. */
async function findValues(client) {
  const { rows } = await client.query(`
    WITH place AS (
      SELECT project.org_id AS "orgId", project.id AS "projectId", task.id AS "taskId"
      FROM project JOIN task ON task.project_id = project.id ORDER BY project.id, task.id LIMIT 1
    ), bounds AS (SELECT max(created) AS newest, min(created) AS oldest FROM task_run, place WHERE task_id = "taskId")
    SELECT place.*, (SELECT extract(epoch FROM newest) * 1000 FROM bounds)::double precision AS now,
      (SELECT count(*)::integer FROM task_run WHERE task_id IN (SELECT id FROM task WHERE project_id = "projectId")) AS "inProject",
      (SELECT task_revision_id FROM task_run, bounds WHERE task_id = "taskId" ORDER BY created LIMIT 1) AS "revisionId",
      run.user_id AS "userId", run.context_id AS "contextId"
    FROM place, bounds CROSS JOIN LATERAL (
      SELECT user_id, context_id FROM task_run
      WHERE task_id = "taskId" AND created > oldest + (newest - oldest) / 2 AND context_id IS NOT NULL
      ORDER BY created LIMIT 1
    ) AS run`);
  return rows[0];
}
