// SQL for the roles of a subject, in two ways that find the same: by the path of a task, for a row of `request`; and
// by the subject's grants, for all organizations, projects and tasks that it sees.

import type { Confinement } from '../../access/caller.js';
import { bitOfRole, grantedRoles, minRoleByVisibility } from '../../access/policy.js';
import { column, type Fragment, rowsOf, sql } from '../../database/fragment.js';
import { hideFromPlanner } from '../../database/statements.js';

/** SQL: the bit of a role in a `RoleSet`. */
const bitSql = (role: string) =>
  `CASE ${role} ${grantedRoles.map((name) => `WHEN '${name}' THEN ${bitOfRole(name)}`).join(' ')} END`;

interface HeldGrantsOptions {
  /** SQL. */
  readonly subject: string;
  /** SQL: whether the rows `membership` and `shared` are about the same set, so that the index for one of them is used. */
  readonly isSameSet: string;
  /** Returns a condition on a row of grants that begins with AND. */
  readonly narrow: (grant: 'direct' | 'shared' | 'membership') => string;
}

/**
 * SQL: the grants by which a subject holds roles: those to itself, and those to a set (an organization or a project) in
 * which it holds a direct grant of another role than `analyst`.
 */
function heldGrants({ subject, isSameSet, narrow }: HeldGrantsOptions): string {
  return `
    SELECT direct.resource_type AS type, direct.resource_id AS id, direct.role FROM access_grant AS direct
    WHERE direct.subject_type = 'user' AND direct.subject_id = ${subject}${narrow('direct')}
    UNION ALL
    SELECT shared.resource_type, shared.resource_id, shared.role FROM access_grant AS shared
    JOIN access_grant AS membership ON membership.resource_type = shared.subject_type AND ${isSameSet}
    WHERE membership.subject_type = 'user' AND membership.subject_id = ${subject}${narrow('membership')}
      AND membership.role <> 'analyst' AND shared.subject_type <> 'user'${narrow('shared')}`;
}

/**
 * SQL: the roles of `request.subject` on the true beginning of the path that the rows organization, project and task
 * make up, as a `RoleSet`, or null.
 */
export const rolesOnPath = rolesOn("('organization', organization.id), ('project', project.id), ('task', task.id)");

/** SQL: the same on these resources. @param resources rows of a type and an id */
export function rolesOn(resources: string): string {
  return `
  SELECT bit_or(${bitSql('role_on_path.role')}) AS roles
  FROM (VALUES ${resources}) AS granted_on (type, id)
  CROSS JOIN LATERAL (${heldGrants({
    subject: 'request.subject',
    isSameSet: 'membership.resource_id = shared.subject_id::uuid',
    narrow: (grant) =>
      grant === 'membership'
        ? ''
        : ` AND ${grant}.resource_type = granted_on.type AND ${grant}.resource_id = granted_on.id`,
  })}
  ) AS role_on_path`;
}

/** SQL: a task's path in `request` joined to its true beginning: organization, project, task. */
export const resourceJoins = `
LEFT JOIN organization ON organization.id = request.org_id
LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
LEFT JOIN task ON task.id = request.task_id AND task.project_id = project.id`;

/** SQL: the same, and the roles on it as `granted`. */
export const pathJoins = `${resourceJoins}
LEFT JOIN LATERAL (${rolesOnPath}) AS granted ON true`;

/** The rows that {@link pathJoins} joins. */
export const pathRows = [
  rowsOf('organization', ['id', 'name']),
  rowsOf('project', ['id', 'org_id', 'name']),
  rowsOf('task', ['id', 'project_id', 'name', 'run_visibility']),
  rowsOf('granted', ['roles']),
];

/** SQL: the least `RoleSet` that sees all runs of the row `task` with their payload. */
const minRolesForAllRuns = sql`CASE ${column('task', 'run_visibility')} ${Object.entries(minRoleByVisibility)
  .map(([visibility, role]) => `WHEN '${visibility}' THEN ${bitOfRole(role)}`)
  .join(' ')} END`;

/** SQL: whether a `RoleSet` has `analyst`. */
export const hasAnalyst = (roles: string) => `${roles} & ${bitOfRole('analyst')} <> 0`;

/** Whether the roles see all runs of the row `task` with their payload; null without roles. */
export const seesPayloadOfAll = sql`${column('granted', 'roles')} >= ${minRolesForAllRuns}`;
/** Whether the roles have `analyst`, who sees the usage of all runs. */
export const isAnalyst: Fragment = { sql: hasAnalyst('granted.roles'), needs: column('granted', 'roles').needs };
/** Whether the roles see the usage of all runs of the row `task`. */
export const seesUsageOfAll = sql`(${seesPayloadOfAll} OR ${isAnalyst})`;

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
 * SQL for a WITH clause: `granted`, the roles that the subject was granted on each resource itself, directly or
 * through a set; and `granted_task`, the tasks among them within the token's confinement.
 */
export const grantedToSubject = `
granted AS MATERIALIZED (
  SELECT type, id, bit_or(${bitSql('role')}) AS roles
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
  SELECT task.id, task.project_id, task.name, task.run_visibility, granted.roles
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

/** Returns SQL for the roles of several sets together; each may be null. */
export function unionOfRoles(...sets: readonly string[]): string {
  return sets.map((roles) => `coalesce(${roles}, 0)`).join(' | ');
}

/** Returns SQL that joins the grants on a resource itself. */
export function joinGranted(type: 'organization' | 'project' | 'task', id: string): string {
  return `LEFT JOIN granted AS on_${type} ON on_${type}.type = '${type}' AND on_${type}.id = ${id}`;
}
