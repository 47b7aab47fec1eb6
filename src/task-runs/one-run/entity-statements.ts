// Statements for entities that federated gateways request by id alone.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { jsonObject } from '../../database/json-object.js';
import type { Statement } from '../../database/statements.js';
import type { ReportingGroupRecord } from '../record/records.js';
import { highestRoleRank } from '../scope/roles-in-sql.js';

/** Reads the true paths of runs, on which the caller may have no role. */
export const runPathsStatement: Statement = {
  name: 'task_run_paths_by_id',
  text: `
SELECT project.org_id AS "orgId", project.id AS "projectId", task.id AS "taskId", run.id
FROM task_run AS run
JOIN task ON task.id = run.task_id
JOIN project ON project.id = task.project_id
WHERE run.id = ANY ($1::uuid[])`,
};

/** A reporting group, and the facts that decide whether the subject may see it. */
export interface GroupRow {
  readonly group: ReportingGroupRecord;
  readonly orgId: string;
  /** A task of the project, within the token's confinement; null: there is none. */
  readonly taskId: string | null;
  /**
   * The rank in `rolesByRank`, from 1, of the subject's highest role on organization, project and such tasks; 0: none.
   */
  readonly rank: number;
}

/** Its values: the groups' ids, the subject, and the ids of the tasks that count, or null for all tasks. */
export const groupsForSubjectStatement: Statement = {
  name: 'reporting_groups_for_subject',
  text: `
SELECT ${jsonObject(ReportingGroupEntity, 'reporting_group')} AS "group", project_access."orgId", project_access."taskId", project_access.rank
FROM reporting_group
JOIN (
  SELECT project.id AS project_id, project.org_id AS "orgId", min(task.id::text) AS "taskId", coalesce(max(granted.rank), 0) AS rank
  FROM (SELECT $2::text AS subject) AS request
  CROSS JOIN project
  JOIN organization ON organization.id = project.org_id
  LEFT JOIN task ON task.project_id = project.id AND ($3::uuid[] IS NULL OR task.id = ANY ($3::uuid[]))
  LEFT JOIN LATERAL (${highestRoleRank}) AS granted ON true
  WHERE project.id IN (SELECT project_id FROM reporting_group WHERE id = ANY ($1::uuid[]))
  GROUP BY project.id
) AS project_access USING (project_id)
WHERE reporting_group.id = ANY ($1::uuid[])`,
};
