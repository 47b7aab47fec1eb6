// What can be granted on: organizations, projects and tasks, looked up by what an operator typed.

import type { DataSource } from 'typeorm';
import type { Resource } from './access-grants.js';
import type { ResourceType } from './entities/access-grant.entity.js';
import type { RunVisibility } from './entities/task.entity.js';

export interface NamedResource extends Resource {
  readonly name: string;
}

/** Everything of this id: in practice one thing at most, which may be of another type than was thought. */
export async function findResources(dataSource: DataSource, id: string): Promise<readonly NamedResource[]> {
  return dataSource.query(
    `SELECT 'organization' AS type, id, name FROM organization WHERE id = $1
    UNION ALL SELECT 'project', id, name FROM project WHERE id = $1
    UNION ALL SELECT 'task', id, name FROM task WHERE id = $1`,
    [id],
  );
}

/** Of a task that exists. */
export async function findProjectOf(
  dataSource: DataSource,
  taskId: string,
): Promise<{ readonly orgId: string; readonly projectId: string }> {
  const [row] = await dataSource.query(
    `SELECT project.org_id AS "orgId", project.id AS "projectId"
    FROM task JOIN project ON project.id = task.project_id WHERE task.id = $1`,
    [taskId],
  );
  return row;
}

const newest: Readonly<Record<ResourceType, string>> = {
  organization: 'SELECT id, name, count(*) OVER ()::int AS total FROM organization ORDER BY created DESC, id LIMIT $1',
  project: 'SELECT id, name, count(*) OVER ()::int AS total FROM project ORDER BY created DESC, id LIMIT $1',
  task: 'SELECT id, name, count(*) OVER ()::int AS total FROM task ORDER BY created DESC, id LIMIT $1',
};

/** The newest few of a type, and how many there are in all. */
export async function findNewest(
  dataSource: DataSource,
  type: ResourceType,
  limit: number,
): Promise<{ readonly newest: readonly NamedResource[]; readonly total: number }> {
  const rows: readonly { id: string; name: string; total: number }[] = await dataSource.query(newest[type], [limit]);
  return { newest: rows.map(({ id, name }) => ({ type, id, name })), total: rows[0]?.total ?? 0 };
}

const columnOf: Readonly<Record<ResourceType, string>> = {
  organization: 'project.org_id',
  project: 'project.id',
  task: 'task.id',
};

/** How many tasks there are in it, by who sees their runs. */
export async function countTasksIn(
  dataSource: DataSource,
  { type, id }: Resource,
): Promise<readonly { readonly visibility: RunVisibility; readonly tasks: number }[]> {
  return dataSource.query(
    `SELECT task.run_visibility AS visibility, count(*)::int AS tasks
    FROM task JOIN project ON project.id = task.project_id
    WHERE ${columnOf[type]} = $1 GROUP BY task.run_visibility ORDER BY task.run_visibility`,
    [id],
  );
}
