// SQL for a subject's roles, found in two equivalent ways: from a task's path, for a row of `request`, and from the
// subject's grants, for all organizations, projects and tasks visible to it.

import type { Confinement } from '../../access/caller.js';
import { bitOfRole, grantedRoles, minRoleByVisibility } from '../../access/policy.js';
import { column, type Fragment, rowsOf, sql } from '../../database/fragment.js';
import { hideFromPlanner } from '../../database/statements.js';

/** Returns SQL for a role's bit in a `RoleSet`. */
const bitSql = (role: string) =>
  `CASE ${role} ${grantedRoles.map((name) => `WHEN '${name}' THEN ${bitOfRole(name)}`).join(' ')} END`;

interface HeldGrantsOptions {
  /** SQL expression for the subject. */
  readonly subject: string;
  /**
   * SQL for whether the rows `membership` and `shared` refer to the same set, so that an index on one of them is used.
   */
  readonly isSameSet: string;
  /** Returns the selected columns of a row of grants. */
  readonly columns: (grant: 'direct' | 'shared') => string;
  /** Returns a condition on a row of grants, beginning with AND. */
  readonly narrow: (grant: 'direct' | 'shared' | 'membership') => string;
}

/**
 * Returns SQL for the grants that give a subject roles: those to the subject itself, and those to a set (an
 * organization or project) in which the subject holds a direct grant of a role other than `analyst`.
 */
function heldGrants({ subject, isSameSet, columns, narrow }: HeldGrantsOptions): string {
  return `
    SELECT ${columns('direct')} FROM access_grant AS direct
    WHERE direct.subject_type = 'user' AND direct.subject_id = ${subject}${narrow('direct')}
    UNION ALL
    SELECT ${columns('shared')} FROM access_grant AS shared
    JOIN access_grant AS membership ON membership.resource_type = shared.subject_type AND ${isSameSet}
    WHERE membership.subject_type = 'user' AND membership.subject_id = ${subject}${narrow('membership')}
      AND membership.role <> 'analyst' AND shared.subject_type <> 'user'${narrow('shared')}`;
}

/**
 * SQL for the roles of `request.subject` on the valid beginning of the path formed by the rows organization, project
 * and task, as a `RoleSet` or null.
 */
export const rolesOnPath = rolesOn("('organization', organization.id), ('project', project.id), ('task', task.id)");

/** Returns the same SQL for other resources. @param resources rows of a type and an id */
export function rolesOn(resources: string): string {
  return `
  SELECT bit_or(${bitSql('role_on_path.role')}) AS roles
  FROM (VALUES ${resources}) AS granted_on (type, id)
  CROSS JOIN LATERAL (${heldGrants({
    subject: 'request.subject',
    isSameSet: 'membership.resource_id = shared.subject_id::uuid',
    // With further columns, PostgreSQL would keep a plan node for each SELECT.
    columns: (grant) => `${grant}.role`,
    narrow: (grant) =>
      grant === 'membership'
        ? ''
        : ` AND ${grant}.resource_type = granted_on.type AND ${grant}.resource_id = granted_on.id`,
  })}
  ) AS role_on_path`;
}

/** SQL that joins a task's path in `request` to its valid beginning: organization, project, task. */
export const resourceJoins = `
LEFT JOIN organization ON organization.id = request.org_id
LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
LEFT JOIN task ON task.id = request.task_id AND task.project_id = project.id`;

/** SQL that also joins the roles on the path as `granted`. */
export const pathJoins = `${resourceJoins}
LEFT JOIN LATERAL (${rolesOnPath}) AS granted ON true`;

/** The rows joined by {@link pathJoins}. */
export const pathRows = [
  rowsOf('organization', ['id', 'name']),
  rowsOf('project', ['id', 'org_id', 'name']),
  rowsOf('task', ['id', 'project_id', 'name', 'run_visibility']),
  rowsOf('granted', ['roles']),
];

/** SQL for the smallest `RoleSet` that sees all runs of the row `task` with their payload. */
const minRolesForAllRuns = sql`CASE ${column('task', 'run_visibility')} ${Object.entries(minRoleByVisibility)
  .map(([visibility, role]) => `WHEN '${visibility}' THEN ${bitOfRole(role)}`)
  .join(' ')} END`;

/** Returns SQL for whether a `RoleSet` contains `analyst`. */
export const hasAnalyst = (roles: string) => `${roles} & ${bitOfRole('analyst')} <> 0`;

/** Whether the roles see all runs of the row `task` with their payload; null if there are no roles. */
export const seesPayloadOfAll = sql`${column('granted', 'roles')} >= ${minRolesForAllRuns}`;
/** Whether the roles include `analyst`, which sees the usage of all runs. */
export const isAnalyst: Fragment = { sql: hasAnalyst('granted.roles'), needs: column('granted', 'roles').needs };
/** Whether the roles see the usage of all runs of the row `task`. */
export const seesUsageOfAll = sql`(${seesPayloadOfAll} OR ${isAnalyst})`;

/** A subject and its token's confinement. */
export interface SubjectKey {
  readonly subject: string;
  readonly confinement: Confinement;
}

/** Returns the values of $1 to $4, the first parameters of every statement that uses this SQL. */
export function toSubjectValues({ subject, confinement: { orgIds, projectIds, taskIds } }: SubjectKey): unknown[] {
  return [subject, orgIds ?? null, projectIds ?? null, taskIds ?? null];
}

const subject = hideFromPlanner('$1::text');
const isInParameter = (id: string, parameter: string) => {
  const ids = hideFromPlanner(`${parameter}::uuid[]`);
  return `(${ids} IS NULL OR ${id} = ANY (${ids}::uuid[]))`;
};
const isUnset = (parameter: string) => `${hideFromPlanner(`${parameter}::uuid[]`)} IS NULL`;

/** SQL for whether the row `task` is within a token's confinement to tasks. */
export const isTaskInTokenScope = isInParameter('task.id', '$4');

/**
 * SQL for a WITH clause. `granted` contains the roles granted to the subject on each resource, directly or through a
 * set. `granted_task` contains those tasks that are also within the token's confinement.
 */
export const grantedToSubject = `
granted AS MATERIALIZED (
  SELECT type, id, bit_or(${bitSql('role')}) AS roles
  FROM (${heldGrants({
    subject,
    isSameSet: 'shared.subject_id = membership.resource_id::text',
    columns: (grant) => `${grant}.resource_type AS type, ${grant}.resource_id AS id, ${grant}.role`,
    // No subject is empty, so the index of grants by subject is used.
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

/**
 * SQL for whether the confinement includes the named row or a resource below it. For a task, it requires the row
 * `project`.
 */
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

/** SQL for whether the subject sees the named row, through a role on it or on a resource below it. */
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

/** Returns SQL for the union of several role sets, any of which may be null. */
export function unionOfRoles(...sets: readonly string[]): string {
  return sets.map((roles) => `coalesce(${roles}, 0)`).join(' | ');
}

/** Returns SQL that joins the grants on the resource itself. */
export function joinGranted(type: 'organization' | 'project' | 'task', id: string): string {
  return `LEFT JOIN granted AS on_${type} ON on_${type}.type = '${type}' AND on_${type}.id = ${id}`;
}
