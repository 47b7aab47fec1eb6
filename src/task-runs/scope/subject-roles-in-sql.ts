// SQL for the organizations, projects and tasks that a subject sees, found by its grants. `roles-in-sql.ts` finds the
// same roles by a path.

import type { Confinement } from '../../access/caller.js';
import { hideFromPlanner } from '../../database/statements.js';
import { heldGrants, rankOfRole } from './roles-in-sql.js';

/** A subject, and the confinement of its token. */
export interface SubjectKey {
  readonly subject: string;
  readonly confinement: Confinement;
}

/** Returns the values of $1 to $4, with which every statement that uses this SQL begins. */
export function toSubjectValues({ subject, confinement: { orgIds, projectIds, taskIds } }: SubjectKey): unknown[] {
  return [subject, orgIds ?? null, projectIds ?? null, taskIds ?? null];
}

const subject = hideFromPlanner('$1::text');
const isInParameter = (id: string, parameter: string) => {
  const ids = hideFromPlanner(`${parameter}::uuid[]`);
  return `(${ids} IS NULL OR ${id} = ANY (${ids}::uuid[]))`;
};
const isUnset = (parameter: string) => `${hideFromPlanner(`${parameter}::uuid[]`)} IS NULL`;

/** SQL: whether the token's confinement to tasks includes the row `task`. */
export const isTaskInTokenScope = isInParameter('task.id', '$4');

/**
 * SQL for a WITH clause: `granted`, the highest rank that the subject was granted on each resource itself, directly or
 * through a set; and `granted_task`, the tasks among them within the token's confinement.
 */
export const grantedToSubject = `
granted AS MATERIALIZED (
  SELECT type, id, max(${rankOfRole('role')}) AS rank
  FROM (${heldGrants({
    subject,
    isSameSet: 'shared.subject_id = membership.resource_id::text',
    // No subject is empty, and so the index of grants by subject is used.
    narrow: (grant) => ` AND ${grant}.subject_id <> ''`,
  })}
  ) AS held
  GROUP BY type, id
),
granted_task AS MATERIALIZED (
  SELECT task.id, task.project_id, task.name, task.run_visibility, granted.rank
  FROM granted JOIN task ON task.id = granted.id
  WHERE granted.type = 'task' AND ${isTaskInTokenScope}
)`;

const isProjectInTokenScope = `${isInParameter('project.org_id', '$2')} AND ${isInParameter('project.id', '$3')}`;

/** SQL: whether the confinement includes the row of this name or something below it. For a task, it needs `project`. */
export const isInTokenScope = {
  task: `${isProjectInTokenScope} AND ${isTaskInTokenScope}`,
  project: `${isProjectInTokenScope} AND (${isUnset('$4')} OR project.id IN (
    SELECT confined.project_id FROM task AS confined WHERE confined.id = ANY (${hideFromPlanner('$4::uuid[]')}::uuid[])
  ))`,
  get organization() {
    return `${isInParameter('organization.id', '$2')} AND (${isUnset('$3')} AND ${isUnset('$4')} OR EXISTS (
    SELECT FROM project WHERE project.org_id = organization.id AND ${this.project}
  ))`;
  },
};

const isGranted = (id: string, type: string) =>
  `${id} IN (SELECT granted.id FROM granted WHERE granted.type = '${type}')`;
const hasRoleOnProject = `${isGranted('project.org_id', 'organization')} OR ${isGranted('project.id', 'project')}`;

/** SQL: whether the subject sees the row of this name, by a role on it or on something below it. */
export const isVisible = {
  task: `${isInTokenScope.task} AND (${hasRoleOnProject} OR task.id IN (SELECT granted_task.id FROM granted_task))`,
  project: `${isInTokenScope.project}
    AND (${hasRoleOnProject} OR project.id IN (SELECT granted_task.project_id FROM granted_task))`,
  get organization() {
    return `${isInTokenScope.organization} AND (${isGranted('organization.id', 'organization')} OR EXISTS (
    SELECT FROM project WHERE project.org_id = organization.id AND ${this.project}
  ))`;
  },
};

/** Returns SQL that joins the grants on a resource itself. */
export function joinGranted(type: 'organization' | 'project' | 'task', id: string): string {
  return `LEFT JOIN granted AS on_${type} ON on_${type}.type = '${type}' AND on_${type}.id = ${id}`;
}
