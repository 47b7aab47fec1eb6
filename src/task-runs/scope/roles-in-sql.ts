// SQL for the roles of a subject.

import { minRoleByVisibility, rolesByRank } from '../../access/policy.js';

const rolesInOrder = `ARRAY[${rolesByRank.map((role) => `'${role}'`).join(', ')}]::varchar[]`;

/** SQL: the rank of a role in `rolesByRank`, from 1. */
export const rankOfRole = (role: string) => `array_position(${rolesInOrder}, ${role})`;

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
 * which it holds a direct grant.
 */
export function heldGrants({ subject, isSameSet, narrow }: HeldGrantsOptions): string {
  return `
    SELECT direct.resource_type AS type, direct.resource_id AS id, direct.role FROM access_grant AS direct
    WHERE direct.subject_type = 'user' AND direct.subject_id = ${subject}${narrow('direct')}
    UNION ALL
    SELECT shared.resource_type, shared.resource_id, shared.role FROM access_grant AS shared
    JOIN access_grant AS membership ON membership.resource_type = shared.subject_type AND ${isSameSet}
    WHERE membership.subject_type = 'user' AND membership.subject_id = ${subject}${narrow('membership')}
      AND shared.subject_type <> 'user'${narrow('shared')}`;
}

/**
 * SQL: the highest role of `request.subject` on the true beginning of the path that the rows organization, project and
 * task make up, as its rank in `rolesByRank` from 1, or null.
 */
export const highestRoleRank = highestRankOn(
  "('organization', organization.id), ('project', project.id), ('task', task.id)",
);

/** SQL: the same on these resources. @param resources rows of a type and an id */
export function highestRankOn(resources: string): string {
  return `
  SELECT max(${rankOfRole('role_on_path.role')}) AS rank
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

/**
 * SQL: a task's path in `request` joined to what it is a true beginning of (organization, project, task), and the
 * highest role on that as `granted`.
 */
export const pathJoins = `
LEFT JOIN organization ON organization.id = request.org_id
LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
LEFT JOIN task ON task.id = request.task_id AND task.project_id = project.id
LEFT JOIN LATERAL (${highestRoleRank}) AS granted ON true`;

/** SQL: the lowest rank that sees all runs of the row `task`. */
export const minRankForAllRuns = `CASE task.run_visibility ${Object.entries(minRoleByVisibility)
  .map(([visibility, role]) => `WHEN '${visibility}' THEN ${rolesByRank.indexOf(role) + 1}`)
  .join(' ')} END`;
