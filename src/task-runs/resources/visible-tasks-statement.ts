// The statement for pages of visible tasks, each from one project.

import type { RoleSet } from '../../access/policy.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import { nilUuid } from '../../database/nil-uuid.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';
import {
  grantedToSubject,
  isInTokenScope,
  isTaskInTokenScope,
  joinGranted,
  type SubjectKey,
  toSubjectValues,
  unionOfRoles,
} from '../visibility/roles-in-sql.js';

export interface TaskPageRequest {
  readonly projectId: string;
  /** The task preceding the page, or null for the first page. */
  readonly after: string | null;
  readonly size: number;
  /** Whether to count all tasks in the list. */
  readonly isCounted: boolean;
}

export interface VisibleTasksKey extends SubjectKey {
  readonly pages: readonly TaskPageRequest[];
}

export interface VisibleTaskRow {
  readonly id: string;
  readonly name: string;
  readonly visibility: RunVisibility;
  /** The subject's roles on the task. */
  readonly roles: RoleSet;
}

/** One row per page, in order. */
export interface VisibleTasksRow {
  /** Tasks ordered by id, with one more than the page holds if the list continues. */
  readonly tasks: readonly VisibleTaskRow[];
  /** Number of tasks in the list, or null if not counted. */
  readonly count: number | null;
}

/**
 * Returns SQL for the tasks of a page's project, found by whichever way is shorter: through the project, or through the
 * subject's grants.
 */
const tasksOf = (columns: string, extraCondition = '', end = '') => `
  (SELECT ${columns} FROM task
  WHERE page.roles IS NOT NULL AND task.project_id = page.project_id AND ${isTaskInTokenScope} ${extraCondition} ${end})
  UNION ALL
  (SELECT ${columns} FROM granted_task AS task
  WHERE page.roles IS NULL AND task.project_id = page.project_id ${extraCondition} ${end})`;

const isAfter = `AND task.id >= coalesce(page.after, '${nilUuid}')
    AND (page.after IS NULL OR task.id <> page.after)`;

const statement: Statement = {
  name: 'seen_tasks',
  text: `
WITH ${grantedToSubject},
page AS MATERIALIZED (
  SELECT request.*, nullif(${unionOfRoles('on_organization.roles', 'on_project.roles')}, 0) AS roles
  FROM unnest(${hideArraysFromPlanner(['uuid', 'uuid', 'integer', 'boolean'], 5)})
    WITH ORDINALITY AS request (project_id, after, size, is_counted, position)
  JOIN project ON project.id = request.project_id AND ${isInTokenScope.project}
  ${joinGranted('organization', 'project.org_id')}
  ${joinGranted('project', 'project.id')}
),
of_page AS MATERIALIZED (
  SELECT page.position, page.roles AS roles_on_project, task.*
  FROM page CROSS JOIN LATERAL (${tasksOf('task.id, task.name, task.run_visibility', isAfter, 'ORDER BY task.id LIMIT page.size + 1')}) AS task
)
SELECT coalesce(listed.tasks, '[]') AS tasks,
  CASE WHEN page.is_counted THEN (SELECT count(*)::integer FROM (${tasksOf('task.id')}) AS task) END AS count
FROM page
LEFT JOIN (
  SELECT of_page.position, json_agg(json_build_object(
    'id', of_page.id,
    'name', of_page.name,
    'visibility', of_page.run_visibility,
    'roles', ${unionOfRoles('of_page.roles_on_project', 'on_task.roles')}
  ) ORDER BY of_page.id) AS tasks
  FROM of_page ${joinGranted('task', 'of_page.id')}
  GROUP BY of_page.position
) AS listed USING (position)
ORDER BY page.position`,
};

export function bindVisibleTasks(key: VisibleTasksKey): BoundStatement {
  const { pages } = key;
  const values = [
    ...toSubjectValues(key),
    pages.map(({ projectId }) => projectId),
    pages.map(({ after }) => after),
    pages.map(({ size }) => size),
    pages.map(({ isCounted }) => isCounted),
  ];
  return { statement, values };
}
