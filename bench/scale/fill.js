// Databases with millions of runs, generated with SQL. The runs of several projects alternate in the table, as on a
// server that many tenants share.

import { pathToFileURL } from 'node:url';
import { connect, keepDatabase, vacuum } from '../database/kept-database.js';

/** Increment this when the data changes, so that databases with older data are replaced. */
const version = 1;
const batch = 250_000;

export const subject = 'bench-subject';
export const projects = 6;
const tasksOfProject = 4;
const taskCount = projects * tasksOfProject;

/** Values are derived from a run's number, so that a database of a given size is the same on every machine. */
export const functions = `
  CREATE FUNCTION pg_temp.pick(kind text, n bigint, choices integer) RETURNS integer LANGUAGE sql STABLE
    AS $$ SELECT abs(hashtextextended(kind, n) % choices)::integer $$;
  -- 48 bits of milliseconds, then anything.
  CREATE FUNCTION pg_temp.id_of(kind text, n bigint, at timestamptz) RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
      || lpad(to_hex(hashtextextended(kind, n)), 16, '0') || lpad(to_hex(n % 65536), 4, '0'))::uuid $$;
  CREATE FUNCTION pg_temp.id_of(kind text, n bigint) RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.id_of(kind, n, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 hour') $$;`;

const catalogue = `
  INSERT INTO organization (id, name) VALUES (pg_temp.id_of('organization', 0), 'Organization');
  INSERT INTO project (id, org_id, name)
    SELECT pg_temp.id_of('project', n), pg_temp.id_of('organization', 0), 'Project ' || n
    FROM generate_series(0, ${projects - 1}) AS n;
  INSERT INTO task (id, project_id, name, run_visibility)
    SELECT pg_temp.id_of('task', n), pg_temp.id_of('project', n % ${projects}), 'Task ' || n, 'all_viewers'
    FROM generate_series(0, ${taskCount - 1}) AS n;
  INSERT INTO reporting_group (id, project_id, name)
    SELECT pg_temp.id_of('group', n), pg_temp.id_of('project', n % ${projects}), 'Group ' || n
    FROM generate_series(0, ${projects * 5 - 1}) AS n;
  INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role)
    SELECT 'organization', id, 'user', '${subject}', 'viewer' FROM organization;`;

/**
 * Runs $1 to $2 of $3 in total, over the 60 days before $4. A tenth failed, and one in fifty used the fallback model.
 */
export const runs = `
  INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens,
    total_tokens, input_processor_timing, llm_call_timing, charged_credits, is_error, llm_retries, used_fallback_model,
    primary_failure_reason, fallback_llm_model_id, user_id, reporting_group_id, reference, context_id)
  SELECT pg_temp.id_of('run', n, created), pg_temp.id_of('task', task),
    pg_temp.id_of('revision', task * 10 + least(9, (n * 10 / $3::bigint))),
    CASE WHEN is_error THEN jsonb_build_object('detail', jsonb_build_object('message', 'Request ' || n || ' failed: '
        || (ARRAY['the model did not answer in time', 'the response is not JSON', 'rate limit exceeded'])[1 + pick % 3]))
      ELSE jsonb_build_object('category', (ARRAY['billing', 'delivery', 'returns', 'account', 'other'])[1 + pick % 5],
        'confidence', pick / 4000.0, 'summary', repeat('The customer asks for an order that is late. ', 4)) END,
    jsonb_build_object('submitted', jsonb_build_object('ticket', jsonb_build_object('id', pick * 1000 + n % 1000),
      'text', repeat('Where is my parcel? ', 6))),
    created, 100 + pick, pick / 2, 100 + pick + pick / 2, pick / 1e6, pick / 1e3, (pick / 100)::numeric(10, 2), is_error,
    pick % 3, n % 50 = 0, CASE WHEN is_error OR n % 50 = 0 THEN
      (ARRAY['timeout', 'rate limit', 'context length exceeded', 'bad gateway'])[1 + pick % 4] END,
    CASE WHEN n % 50 = 0 THEN pg_temp.id_of('model', n % 7) END, pg_temp.id_of('user', task * 50 + pick % 50),
    CASE WHEN n % 10 <> 9 THEN pg_temp.id_of('group', task % ${projects} + ${projects} * (n % 5)) END,
    CASE WHEN n % 2 = 0 THEN 'ticket-' || pick * 1000 + n % 1000 END,
    CASE WHEN n % 3 > 0 THEN pg_temp.id_of('context', n / ${taskCount} / 4 * ${taskCount} + task)::text END
  FROM (
    SELECT n, task, $4::timestamptz - interval '60 days' + n * (interval '60 days' / $3::bigint) AS created,
      pg_temp.pick('pick', n, 4000) AS pick, pg_temp.pick('error', n, 10) = 0 AS is_error
    FROM (
      SELECT n, pg_temp.pick('task', n, ${taskCount}) AS task FROM generate_series($1::bigint, $2::bigint) AS n
    ) AS numbered
  ) AS numbered`;

/** One file for each of three out of four runs that the last statement inserted. */
const files = `
  INSERT INTO task_run_file (task_run_id, position, name, content_type, size_bytes, direction, storage_key, created)
  SELECT pg_temp.id_of('run', n, created), 0, 'ticket.pdf', 'application/pdf', 1000 + n % 100000, 'INPUT',
    'scale/' || n || '/ticket.pdf', created
  FROM (
    SELECT n, $4::timestamptz - interval '60 days' + n * (interval '60 days' / $3::bigint) AS created
    FROM generate_series($1::bigint, $2::bigint) AS n WHERE n % 4 > 0
  ) AS numbered`;

/**
 * @param {{ serverUrl: string, root: string, runs: number, log: (line: string) => void }} parts
 * @returns {Promise<string>} the URL of a database with that many runs, made once and kept
 */
export async function prepareScale({ serverUrl, root, runs: count, log }) {
  const database = { serverUrl, name: `taskrun_scale_${count}`, marker: JSON.stringify({ runs: count, version }) };
  return keepDatabase(database, {
    async fill(url) {
      await migrate(root, url);
      await fill(url, count, log);
    },
    update: (url) => migrate(root, url),
  });
}

/** Runs the gateway's own migrations, including those added since the database was filled. */
async function migrate(root, url) {
  const { migrateSchema } = await import(pathToFileURL(`${root}/dist/src/database/migrate-schema.js`).href);
  await migrateSchema(url, { report: () => {}, warn: () => {} });
}

async function fill(url, count, log) {
  const client = await connect(url);
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  await client.query('SET synchronous_commit = off');
  // Foreign keys hold by construction; checking millions of them would be most of the time.
  await client.query('SET session_replication_role = replica');
  await client.query('ALTER TABLE task_run ENABLE ALWAYS TRIGGER task_run_json_bytes');
  await client.query(functions);
  await client.query(catalogue);
  // Built at once after the rows are inserted, which takes a third of the time.
  const { rows: indexes } = await client.query(`
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid = 'task_run'::regclass AND NOT indisprimary`);
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  const now = new Date().toISOString();
  for (let from = 1; from <= count; from += batch) {
    const range = [from, Math.min(count, from + batch - 1), count, now];
    await client.query(runs, range);
    await client.query(files, range);
    log(`  ${range[1].toLocaleString('en')} runs, ${seconds()} s`);
  }
  await client.query('ALTER TABLE task_run ENABLE TRIGGER task_run_json_bytes');
  await client.query("SET maintenance_work_mem = '1GB'");
  for (const { name, definition } of indexes) {
    await client.query(definition);
    log(`  ${name}, ${seconds()} s`);
  }
  await client.end();
  await vacuum(url);
}
