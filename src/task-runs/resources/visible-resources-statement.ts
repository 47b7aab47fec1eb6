// The statement for the organizations and projects that a subject sees.

import type { RoleSet } from '../../access/policy.js';
import type { BoundStatement, Statement } from '../../database/statements.js';
import { limits } from '../../limits.js';
import {
  grantedToSubject,
  isVisible,
  joinGranted,
  type SubjectKey,
  toSubjectValues,
  unionOfRoles,
} from '../visibility/roles-in-sql.js';

export interface VisibleProjectRow {
  readonly id: string;
  readonly name: string;
  /** The subject's roles there. Without roles, the subject only sees something below the resource. */
  readonly roles: RoleSet;
}

export interface VisibleOrganizationRow extends VisibleProjectRow {
  readonly projects: readonly VisibleProjectRow[];
}

const { value: max } = limits.visibleProjects;

const statement: Statement = {
  name: 'seen_organizations',
  text: `
WITH ${grantedToSubject},
candidate AS (
  SELECT id FROM granted WHERE type = 'project'
  UNION
  SELECT project_id FROM granted_task
  UNION
  SELECT project.id FROM granted JOIN project ON project.org_id = granted.id WHERE granted.type = 'organization'
),
seen_project AS MATERIALIZED (
  SELECT project.id, project.org_id, project.name, ${unionOfRoles('on_organization.roles', 'on_project.roles')} AS roles
  FROM candidate JOIN project USING (id)
  ${joinGranted('organization', 'project.org_id')}
  ${joinGranted('project', 'project.id')}
  WHERE ${isVisible.project}
  ORDER BY project.id
  LIMIT ${max}
)
SELECT organization.id, organization.name, coalesce(on_organization.roles, 0) AS roles, coalesce(of_organization.projects, '[]') AS projects
FROM organization
${joinGranted('organization', 'organization.id')}
LEFT JOIN (
  SELECT org_id, json_agg(json_build_object('id', id, 'name', name, 'roles', roles) ORDER BY id) AS projects
  FROM seen_project GROUP BY org_id
) AS of_organization ON of_organization.org_id = organization.id
WHERE organization.id IN (SELECT org_id FROM seen_project UNION SELECT id FROM granted WHERE type = 'organization')
  AND ${isVisible.organization}
ORDER BY organization.id
LIMIT ${max}`,
};

/** Binds the statement, which returns one row per organization, ordered by id. */
export function bindVisibleResources(key: SubjectKey): BoundStatement {
  return { statement, values: toSubjectValues(key) };
}
