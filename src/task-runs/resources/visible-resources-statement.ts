// The statement for the organizations and projects that a subject sees.

import type { BoundStatement, Statement } from '../../database/statements.js';
import { limits } from '../../limits.js';
import { grantedToSubject, isVisible, joinGranted, type SubjectKey, toSubjectValues } from '../scope/roles-in-sql.js';

export interface VisibleProjectRow {
  readonly id: string;
  readonly name: string;
  /** The rank in `rolesByRank`, from 1, of the subject's highest role there; 0: it sees only something below it. */
  readonly rank: number;
}

export interface VisibleOrganizationRow extends VisibleProjectRow {
  readonly projects: readonly VisibleProjectRow[];
}

const { value: max } = limits.seenProjects;

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
  SELECT project.id, project.org_id, project.name, coalesce(greatest(on_organization.rank, on_project.rank), 0) AS rank
  FROM candidate JOIN project USING (id)
  ${joinGranted('organization', 'project.org_id')}
  ${joinGranted('project', 'project.id')}
  WHERE ${isVisible.project}
  ORDER BY project.id
  LIMIT ${max}
)
SELECT organization.id, organization.name, coalesce(on_organization.rank, 0) AS rank, coalesce(of_organization.projects, '[]') AS projects
FROM organization
${joinGranted('organization', 'organization.id')}
LEFT JOIN (
  SELECT org_id, json_agg(json_build_object('id', id, 'name', name, 'rank', rank) ORDER BY id) AS projects
  FROM seen_project GROUP BY org_id
) AS of_organization ON of_organization.org_id = organization.id
WHERE organization.id IN (SELECT org_id FROM seen_project UNION SELECT id FROM granted WHERE type = 'organization')
  AND ${isVisible.organization}
ORDER BY organization.id
LIMIT ${max}`,
};

/** Binds the statement, which returns a row for each organization, in the order of ids. */
export function bindVisibleResources(key: SubjectKey): BoundStatement {
  return { statement, values: toSubjectValues(key) };
}
