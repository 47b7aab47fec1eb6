// Which runs are requested, and the correct results: read by statements that no contestant shares.

import pg from 'pg';
import { functions } from './seed-statements.js';

const paths = `
  SELECT project.org_id AS "orgId", project_id AS "projectId", task_id AS "taskId", task_run.id
  FROM task_run JOIN task ON task.id = task_id JOIN project ON project.id = project_id`;

/**
 * The same runs for everybody: 2,000 at random (one in a thousand of them of 200 KB, as in the table), 60 times 50 of
 * one task, the newest 100 of each task but the one with the run of 5 MB, one run of 200 KB, and the one of 5 MB.
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
    const others = 'SELECT id FROM task WHERE id <> (SELECT task_id FROM task_run WHERE id = pg_temp.run_id($1, $1))';
    for (const { id } of await query(others, [runs])) {
      pages.push(
        await query(`${paths} WHERE task_id = $1 ORDER BY task_run.created DESC, task_run.id DESC LIMIT 100`, [id]),
      );
    }
    const [large] = await query(`${paths} WHERE task_run.id = pg_temp.run_id(500, $1)`, [runs]);
    const [huge] = await query(`${paths} WHERE task_run.id = pg_temp.run_id($1, $1)`, [runs]);
    return { paths: random, fifties, pages, large, huge };
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

/** Any writing of a UTC instant, with six digits of the second. */
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
