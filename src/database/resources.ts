// Finds organizations, projects and tasks for the commands that grant roles on them.

import type { DataSource } from 'typeorm';
import type { Resource } from './access-grants.js';
import type { ResourceType } from './entities/access-grant.entity.js';
import type { RunVisibility } from './entities/task.entity.js';

export interface NamedResource extends Resource {
  readonly name: string;
}

/** Returns the resources with this id, of any type. In practice there is at most one. */
export async function findResources(dataSource: DataSource, id: string): Promise<readonly NamedResource[]> {
  return dataSource.query(
    `SELECT 'organization' AS type, id, name FROM organization WHERE id = $1
    UNION ALL SELECT 'project', id, name FROM project WHERE id = $1
    UNION ALL SELECT 'task', id, name FROM task WHERE id = $1`,
    [id],
  );
}

/** Returns the project of an existing task. */
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

/** Returns the newest resources of a type, and the total number. */
export async function findNewest(
  dataSource: DataSource,
  type: ResourceType,
  limit: number,
): Promise<{ readonly newest: readonly NamedResource[]; readonly total: number }> {
  const rows: readonly { id: string; name: string; total: number }[] = await dataSource.query(newest[type], [limit]);
  return { newest: rows.map(({ id, name }) => ({ type, id, name })), total: rows[0]?.total ?? 0 };
}

/** The columns of the tables `task` and `project` that contain resource ids. */
export const resourceColumns: Readonly<Record<ResourceType, string>> = {
  organization: 'project.org_id',
  project: 'project.id',
  task: 'task.id',
};

/** Returns the number of tasks in a resource, by run visibility. */
export async function countTasksIn(
  dataSource: DataSource,
  { type, id }: Resource,
): Promise<readonly { readonly visibility: RunVisibility; readonly tasks: number }[]> {
  return dataSource.query(
    `SELECT task.run_visibility AS visibility, count(*)::int AS tasks
    FROM task JOIN project ON project.id = task.project_id
    WHERE ${resourceColumns[type]} = $1 GROUP BY task.run_visibility ORDER BY task.run_visibility`,
    [id],
  );
}
