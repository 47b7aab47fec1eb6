// A project with ten thousand tasks among others, and callers with different access to it.

import type { Queries } from './databases.js';
import { idOf, idPrefix } from './permission-world.js';

const first = 0x10000;

export const manyTasks = {
  count: 10_000,
  org: idOf(0x301),
  project: idOf(0x302),
  /** The id directly precedes that of the last task. */
  taskAt: (index: number) => idOf(first + index),
  /** A viewer of the organization. */
  organizationViewer: 'many-of-organization',
  /** A viewer of each task, and of nothing else. */
  everyTaskViewer: 'many-of-each-task',
  /** A viewer of only the last task. */
  lastTaskViewer: 'many-of-last-task',
} as const;

const { count, org, project, organizationViewer, everyTaskViewer, lastTaskViewer } = manyTasks;
const idAt = (offset: number) => `('${idPrefix}' || lpad(to_hex(${offset} + n), 12, '0'))::uuid`;

/** @param others projects of another organization, invisible to these callers, with the same total number of tasks */
export async function arrangeManyTasks(database: Queries, others = 0): Promise<void> {
  const run = (sql: string, values: unknown[] = []) => database.query(sql, values);
  await run("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [org]);
  await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Apollo')", [project, org]);
  await run(
    `INSERT INTO task (id, project_id, name, run_visibility)
      SELECT ${idAt(first)}, $1, 'Task ' || n, 'all_viewers' FROM generate_series(0, ${count - 1}) AS n`,
    [project],
  );
  await run("INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'viewer')", [org, organizationViewer]);
  await run("INSERT INTO access_grant SELECT 'task', id, 'user', $2, 'viewer' FROM task WHERE project_id = $1", [
    project,
    everyTaskViewer,
  ]);
  await run("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [
    manyTasks.taskAt(count - 1),
    lastTaskViewer,
  ]);
  if (others === 0) return;
  await run(`INSERT INTO organization (id, name) SELECT ${idAt(0x80000)}, 'Other' FROM generate_series(1, 20000) AS n`);
  await run(
    `INSERT INTO project (id, org_id, name) SELECT ${idAt(0x100000)}, ${idAt(0x80000)}, 'Other' FROM generate_series(1, 20000) AS n`,
  );
  await run(
    `INSERT INTO task (id, project_id, name) SELECT ${idAt(0x200000)}, ('${idPrefix}' || lpad(to_hex(${0x100000} + 1 + n % 20000), 12, '0'))::uuid, 'Other'
      FROM generate_series(1, ${others}) AS n`,
  );
  await run(
    `INSERT INTO access_grant SELECT 'task', ${idAt(0x200000)}, 'user', 'other-' || n % 1000, 'viewer' FROM generate_series(1, ${others}) AS n`,
  );
}
