// Selects the runs to request, and reads the correct results with statements that no contestant uses.

import pg from 'pg';
import { functions } from './seed-statements.js';

const paths = `
  SELECT project.org_id AS "orgId", project_id AS "projectId", task_id AS "taskId", task_run.id
  FROM task_run JOIN task ON task.id = task_id JOIN project ON project.id = project_id`;

/**
 * Returns the same runs for all contestants: 2,000 random ones (one in a thousand of 200 KB, as in the table), 60 times
 * 50 of one task, the newest 100 and the most expensive 20 of each task except the one with the run of 5 MB, one run of
 * 200 KB, the one of 5 MB, and those of the random ones that have a unique word.
 */
export async function createSample(databaseUrl, runs) {
  return withClient(databaseUrl, async (client) => {
    await client.query(functions);
    const query = async (text, values) => (await client.query(text, values)).rows;
    const random = await query(
      `${paths} WHERE task_run.id IN (
          SELECT pg_temp.run_id(1 + pg_temp.pick('sample', n, $1::integer - 1), $1) FROM generate_series(1, 2000) n)
        ORDER BY md5(task_run.id::text)`,
      [runs],
    );
    const fifties = [];
    for (const { id } of await query('SELECT id FROM task ORDER BY id LIMIT 60')) {
      const fifty = `${paths} WHERE task_id = $1 AND pg_column_size(response) < 100000
        ORDER BY md5(task_run.id::text) LIMIT 50`;
      fifties.push(await query(fifty, [id]));
    }
    const pages = [];
    const costliest = [];
    const others = 'SELECT id FROM task WHERE id <> (SELECT task_id FROM task_run WHERE id = pg_temp.run_id($1, $1))';
    for (const { id } of await query(others, [runs])) {
      pages.push(
        await query(`${paths} WHERE task_id = $1 ORDER BY task_run.created DESC, task_run.id DESC LIMIT 100`, [id]),
      );
      const byCredits = 'charged_credits DESC NULLS LAST, task_run.created DESC, task_run.id DESC';
      costliest.push(await query(`${paths} WHERE task_id = $1 ORDER BY ${byCredits} LIMIT 20`, [id]));
    }
    const [large] = await query(`${paths} WHERE task_run.id = pg_temp.run_id(500, $1)`, [runs]);
    const [huge] = await query(`${paths} WHERE task_run.id = pg_temp.run_id($1, $1)`, [runs]);
    const words = await query(
      `SELECT path.*, response ->> 'trace' AS word FROM (${paths}) AS path JOIN task_run USING (id)
        WHERE id = ANY ($1::uuid[]) AND response ? 'trace' ORDER BY word`,
      [random.map(({ id }) => id)],
    );
    return { paths: random, fifties, pages, costliest, large, huge, words };
  });
}

/** @returns {Promise<Map<string, object>>} by id: each run as the gateway writes it, with all fields and relations */
export async function readRuns(databaseUrl, ids) {
  return withClient(databaseUrl, async (client) => {
    const rows = async (table, key, keys) =>
      (await client.query(`SELECT * FROM ${table} WHERE ${key} = ANY ($1::uuid[]) ORDER BY 1, 2`, [keys])).rows;
    client.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text);
    const runs = await rows('task_run', 'id', ids);
    const groups = await rows('reporting_group', 'id', runs.map((run) => run.reporting_group_id).filter(Boolean));
    const files = await rows('task_run_file', 'task_run_id', ids);
    return new Map(runs.map((run) => [run.id, toContract(run, groups, files)]));
  });
}

const figures = `count(*)::integer AS runs, (count(*) FILTER (WHERE is_error))::integer AS errors,
  sum(input_tokens)::text AS "inputTokens", sum(output_tokens)::text AS "outputTokens",
  sum(total_tokens)::text AS "totalTokens"`;
const percentile = (share) => `percentile_disc(${share}) WITHIN GROUP (ORDER BY llm_call_timing)`;
const timing = `json_build_object('p50', ${percentile(0.5)}, 'p90', ${percentile(0.9)}, 'p95', ${percentile(0.95)},
  'p99', ${percentile(0.99)}) AS "llmCallTiming"`;

/** @returns {Promise<Map<string, object>>} the selection of the case for statistics, by the task's id */
export async function readStatistics(databaseUrl, taskIds) {
  return withClient(databaseUrl, async (client) => {
    const groups = async (keys, columns) => {
      const text = `SELECT ${keys}, ${columns} FROM task_run WHERE task_id = ANY ($1::uuid[]) GROUP BY ${keys} ORDER BY ${keys}`;
      return (await client.query(text, [taskIds])).rows;
    };
    const days = await groups('task_id, created::date::text', figures);
    const totals = await groups('task_id', `${figures}, ${timing}`);
    const daysOf = (taskId) =>
      days
        .filter((day) => day.task_id === taskId)
        .map(({ task_id: _taskId, created, ...day }) => ({ start: `${created}T00:00:00.000000Z`, ...day }));
    return new Map(totals.map(({ task_id: id, ...total }) => [id, { ...total, buckets: daysOf(id) }]));
  });
}

function toContract(row, groups, files) {
  const run = {};
  for (const [column, value] of Object.entries(row))
    run[column.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())] = value;
  const group = groups.find(({ id }) => id === row.reporting_group_id);
  return {
    ...run,
    created: toInstant(row.created),
    reportingGroup: group ? { id: group.id, name: group.name, description: group.description } : null,
    files: files
      .filter((file) => file.task_run_id === row.id)
      .map((file) => ({
        name: file.name,
        contentType: file.content_type,
        sizeBytes: Number(file.size_bytes),
        direction: file.direction,
      })),
  };
}

/** Normalizes the text of a UTC time to six decimal places of a second. */
export function toInstant(text) {
  const [, date, time, fraction = ''] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00(?::00)?)$/.exec(
    text,
  );
  return `${date}T${time}.${fraction.padEnd(6, '0')}Z`;
}

async function withClient(connectionString, work) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query("SET TimeZone = 'UTC'");
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
