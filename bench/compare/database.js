// A database for the comparison, which is dropped afterwards.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import { partitionRuns } from './partitions.js';

const rowsAtOnce = 50;
/** Numbers with more digits than JavaScript preserves, and JSON null where SQL null is usual. */
const exactJson = [
  `UPDATE task_run SET response = '{"big": 12345678901234567890.123456789, "scale": 1.00, "exponent": 1e400}'
    WHERE input_tokens % 17 = 1 AND response IS NULL`,
  "UPDATE task_run SET response = 'null' WHERE input_tokens % 17 = 2 AND response IS NULL",
];
const firstRun = 'id = (SELECT id FROM task_run WHERE task_id = $1 ORDER BY id LIMIT 1)';

/**
 * Makes a database that both builds can read, with the rows of the world.
 * @param {{ serverUrl: string, roots: readonly string[], world: object, isPartitioned: boolean }} parts roots: folders of
 *   the builds, each of which migrates it; isPartitioned: whether its runs are in partitions
 * @returns {Promise<{ url: string, write: (taskId: string) => Promise<void>, drop: () => Promise<void> }>} write: makes a
 *   new version of one run of a task, with the same values
 */
export async function createDatabase({ serverUrl, roots, world, isPartitioned }) {
  const name = `taskrun_compare_${randomBytes(6).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  const drop = () => withClient(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  try {
    for (const root of roots) await migrate(root, url.href);
    if (isPartitioned) await withClient(url.href, partitionRuns);
    await withClient(url.href, (client) => insertRows(client, world));
  } catch (error) {
    await drop();
    throw error;
  }
  const write = (taskId) => withClient(url.href, (client) => writeVersions(client, firstRun, [taskId]));
  return { url: url.href, write, drop };
}

async function migrate(root, url) {
  const env = { ...process.env, DATABASE_URL: url, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [`${root}/dist/src/main.js`, 'migrate', '--search', 'on'], { env });
}

async function insertRows(client, world) {
  const insert = async (table, rows) => {
    const columns = Object.keys(rows[0]).join(', ');
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const text = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`;
      await client.query(text, [JSON.stringify(rows.slice(from, from + rowsAtOnce))]);
    }
  };
  const named = (kind, number) => `${kind} ${number} – Größe`;
  const { orgs, projects, tasks, groups, grants } = world;
  await insert(
    'organization',
    orgs.map((id, number) => ({ id, name: named('Organization', number) })),
  );
  await insert(
    'project',
    projects.map(({ id, orgId }, number) => ({ id, org_id: orgId, name: named('Project', number) })),
  );
  await insert(
    'task',
    tasks.map(({ id, project, visibility }, number) => ({
      ...{ id, project_id: projects[project].id, name: named('Task', number), run_visibility: visibility },
    })),
  );
  await insert(
    'reporting_group',
    groups.map(({ id, project, name }) => ({
      ...{ id, project_id: projects[project].id, name, description: name === 'Billing' ? null : `${name}: 𝛼` },
      created: '2025-01-01T00:00:00.000001Z',
      modified: '2025-02-01T00:00:00Z',
    })),
  );
  await insert(
    'access_grant',
    grants.map(([resource_type, resource_id, subject_type, subject_id, role]) => ({
      ...{ resource_type, resource_id, subject_type, subject_id, role },
    })),
  );
  await insert('task_run', world.runs);
  await insert('task_run_file', world.files);
  for (const text of exactJson) await client.query(text);
  // Changes in later transactions: of a run's columns, of its files, and a deletion.
  await writeVersions(client, 'total_tokens % 5 = 0');
  await client.query("UPDATE task_run_file SET direction = 'INPUT' WHERE size_bytes = 0");
  await client.query('DELETE FROM task_run WHERE input_tokens % 97 = 0');
  await client.query('VACUUM ANALYZE');
}

/** Creates new versions of runs with the same values, because an update that changes nothing creates none. */
async function writeVersions(client, condition, parameters = []) {
  await client.query('BEGIN');
  for (const value of ['input_tokens + 1', 'input_tokens - 1']) {
    await client.query(`UPDATE task_run SET input_tokens = ${value} WHERE ${condition}`, parameters);
  }
  await client.query('COMMIT');
}

async function withClient(connectionString, work) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
