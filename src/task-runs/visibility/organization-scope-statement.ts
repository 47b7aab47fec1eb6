// The statement for the facts behind a list of a whole organization: the tasks on which a subject has a role. It starts
// from the subject's grants, so that its cost does not depend on anything that the subject cannot see. Roles are
// combined by grouping, because joining the grants would take time that grows with the square of their number.

import type { BoundStatement, Statement } from '../../database/statements.js';
import {
  grantedToSubject,
  isInTokenScope,
  isTaskInTokenScope,
  type SubjectKey,
  toSubjectValues,
} from './roles-in-sql.js';

export interface OrganizationScopeKey extends SubjectKey {
  readonly orgId: string;
}

const statement: Statement = { name: 'organization_scope', text: organizationScopeText() };

export function bindOrganizationScope(key: OrganizationScopeKey): BoundStatement {
  return { statement, values: toOrganizationScopeValues(key) };
}

/** Returns the values for a statement with {@link organizationScopeText}. */
export function toOrganizationScopeValues(key: OrganizationScopeKey): unknown[] {
  return [...toSubjectValues(key), key.orgId];
}

/** @param extraColumns SQL of additional columns, which may read `visible_project` and `granted` */
export function organizationScopeText(extraColumns: readonly string[] = []): string {
  return `
WITH ${grantedToSubject},
candidate AS (
  SELECT id, roles FROM granted WHERE type = 'project'
  UNION ALL
  SELECT project_id, 0 FROM granted_task
  UNION ALL
  SELECT project.id, granted.roles FROM granted JOIN project ON project.org_id = granted.id
  WHERE granted.type = 'organization' AND granted.id = $5::uuid
),
visible_project AS MATERIALIZED (
  SELECT project.id, bit_or(candidate.roles) AS roles
  FROM candidate JOIN project USING (id)
  WHERE project.org_id = $5::uuid AND ${isInTokenScope.project}
  GROUP BY project.id
),
visible_task AS MATERIALIZED (
  SELECT task.id, task.project_id, task.run_visibility, bit_or(task.roles) AS roles
  FROM (
    SELECT task.id, task.project_id, task.run_visibility, visible_project.roles
    FROM visible_project JOIN task ON task.project_id = visible_project.id
    WHERE visible_project.roles <> 0 AND ${isTaskInTokenScope}
    UNION ALL
    SELECT granted_task.id, granted_task.project_id, granted_task.run_visibility, granted_task.roles
    FROM granted_task JOIN project ON project.id = granted_task.project_id
    WHERE project.org_id = $5::uuid AND ${isInTokenScope.project}
  ) AS task
  GROUP BY task.id, task.project_id, task.run_visibility
)
SELECT
  EXISTS (SELECT FROM visible_project) OR EXISTS (
    SELECT FROM organization JOIN granted ON granted.type = 'organization' AND granted.id = organization.id
    WHERE organization.id = $5::uuid AND ${isInTokenScope.organization}
  ) AS "isVisible",
  (
    SELECT coalesce(json_agg(json_build_object(
      'taskId', visible_task.id,
      'projectId', visible_task.project_id,
      'visibility', visible_task.run_visibility,
      'isProject', true,
      'roles', visible_task.roles
    ) ORDER BY visible_task.id), '[]')
    FROM visible_task
  ) AS tasks${extraColumns.map((column) => `,\n  ${column}`).join('')}`;
}
