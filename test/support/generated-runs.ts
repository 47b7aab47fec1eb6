// A task in a separate project. The columns of its runs have all values that filters examine.

import type { Queries } from './databases.js';
import { idOf, idPrefix } from './permission-world.js';
import { vacuumAll } from './vacuum.js';

export const generated = {
  orgId: idOf(1000),
  projectId: idOf(1001),
  taskId: idOf(1002),
  otherTaskId: idOf(1003),
  owner: 'owner-of-generated-runs',
  revisions: [idOf(1010), idOf(1011)],
  groups: [idOf(1020), idOf(1021)],
  users: [idOf(1030), idOf(1031), idOf(1032)],
  models: [idOf(1040), idOf(1041)],
} as const;

/** Returns the creation time of the run with this number, for runs after those that share one moment. */
export const createdOf = (number: number) => new Date(Date.UTC(2025, 2, 1) + number * 60_000).toISOString();

/**
 * Inserts `count` runs, alternating between both tasks. A tenth of them, but at least the first ten, share one moment.
 */
export async function arrangeGeneratedRuns(database: Queries, count = 240): Promise<void> {
  const { orgId, projectId, taskId, otherTaskId, owner, revisions, groups, users, models } = generated;
  const run = (sql: string, values: readonly unknown[] = []) => database.query(sql, values as unknown[]);
  await run("INSERT INTO organization (id, name) VALUES ($1, 'Generated')", [orgId]);
  await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Generated')", [projectId, orgId]);
  for (const id of [taskId, otherTaskId]) {
    await run("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Generated')", [id, projectId]);
  }
  for (const [index, id] of groups.entries()) {
    await run('INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, $3)', [
      id,
      projectId,
      `Group ${index}`,
    ]);
  }
  await run("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, owner]);
  await run(
    `INSERT INTO task_run
     SELECT ('${idPrefix}' || lpad(to_hex(100000 + n), 12, '0'))::uuid, ($2::uuid[])[1 + n % 2],
       ($3::uuid[])[1 + n % 2], jsonb_build_object('n', n, 'label', 'L' || n), jsonb_build_object('submitted', jsonb_build_object('n', n)),
       CASE WHEN n < greatest(10, $1 / 10) THEN '2025-03-01T00:00:00.000001Z'::timestamptz
         ELSE '2025-03-01T00:00:00Z'::timestamptz + n * interval '1.000001 minute' END,
       n, n, 2 * n, n / 1e3, CASE WHEN n % 7 <> 0 THEN n / 10.0 END, CASE WHEN n % 9 <> 0 THEN (n / 100.0)::numeric(10, 2) END,
       (ARRAY[true, false, null])[1 + n % 3], (ARRAY[0, 1, 2, null])[1 + n % 4], (ARRAY[true, false, false, null])[1 + n % 4],
       CASE WHEN n % 5 = 0 THEN 'rate_limited: 100% of quota ' || n % 10 WHEN n % 5 = 1 THEN 'timeout' END,
       ($6::uuid[])[1 + n % 3], ($4::uuid[])[1 + n % 4], ($5::uuid[])[1 + n % 3],
       CASE n % 6 WHEN 0 THEN '100%_' || n WHEN 1 THEN '100x' || n WHEN 2 THEN 'Ärger' || n WHEN 3 THEN '' END,
       CASE WHEN n % 2 = 0 THEN 'context-' || n % 10 END
     FROM generate_series(0, $1::integer - 1) AS n`,
    [count, [taskId, otherTaskId], revisions, users, groups, models],
  );
  await run(
    `INSERT INTO task_run_file SELECT id, 0, 'a.txt', 'text/plain', 1, 'INPUT', 'a', created FROM task_run
     WHERE task_id = ANY ($1) AND input_tokens % 11 = 0`,
    [[taskId, otherTaskId]],
  );
  await run('ANALYZE task_run');
}

/**
 * Inserts the same into a separate database, and updates some runs. The search index is created after that, which is
 * faster than updating it run by run.
 */
export async function arrangeManyRuns(
  database: Queries,
  count: number,
  update: () => Promise<unknown> = async () => {},
): Promise<void> {
  const [{ indexdef }] = await database.query("SELECT indexdef FROM pg_indexes WHERE indexname = 'task_run_term_idx'");
  await database.query('DROP INDEX task_run_term_idx');
  await arrangeGeneratedRuns(database, count);
  await update();
  await database.query(indexdef);
  await vacuumAll(database);
}
