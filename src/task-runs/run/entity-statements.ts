// Statements for entities that federated gateways request by id alone. They return a row for each id, even a
// nonexistent one, and their work depends on the subject's grants, so that neither cost nor time reveals what exists
// beyond them.

import type { RoleSet } from '../../access/policy.js';
import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { jsonObject } from '../../database/json-object.js';
import { type BoundStatement, hideFromPlanner, type Statement } from '../../database/statements.js';
import type { ReportingGroupRecord } from '../columns/records.js';
import type { RunPath } from '../columns/run-path.js';
import {
  grantedToSubject,
  isInTokenScope,
  joinGranted,
  type SubjectKey,
  toSubjectValues,
  unionOfRoles,
} from '../visibility/roles-in-sql.js';

/** The actual path of a requested run, on which the caller may have no role. */
export type RunPathRow = RunPath | { readonly orgId: null; readonly id: string };

const runPathsStatement: Statement = {
  name: 'task_run_paths_by_id',
  text: `
SELECT CASE WHEN run.id IS NOT NULL THEN project.org_id END AS "orgId", project.id AS "projectId", task.id AS "taskId",
  requested.id
FROM unnest(${hideFromPlanner('$1::uuid[]')}) AS requested (id)
LEFT JOIN task_run AS run ON run.id = requested.id
LEFT JOIN task ON task.id = coalesce(run.task_id, requested.id)
LEFT JOIN project ON project.id = coalesce(task.project_id, requested.id)`,
};

/**
 * Binds a statement that looks up a task and project for missing runs too, which takes about the same time. Rows are
 * returned in any order.
 */
export function bindRunPaths(ids: readonly string[]): BoundStatement {
  return { statement: runPathsStatement, values: [ids] };
}

export interface GroupsKey extends SubjectKey {
  readonly ids: readonly string[];
}

/** A requested reporting group, and the fact that decides whether the subject may see it. */
export interface GroupRow {
  readonly id: string;
  /** The group, or null if it does not exist. */
  readonly group: ReportingGroupRecord | null;
  /**
   * The subject's roles on the organization, the project and those of its tasks that are within the token's
   * confinement. No roles if the project is outside the confinement.
   */
  readonly roles: RoleSet;
}

const groupsForSubjectStatement: Statement = {
  name: 'reporting_groups_for_subject',
  text: `
WITH ${grantedToSubject}
SELECT requested.id,
  CASE WHEN reporting_group.id IS NOT NULL THEN ${jsonObject(ReportingGroupEntity, 'reporting_group')} END AS "group",
  CASE WHEN project.id IS NOT NULL AND ${isInTokenScope.project} THEN ${unionOfRoles(
    'on_organization.roles',
    'on_project.roles',
    '(SELECT bit_or(granted_task.roles) FROM granted_task WHERE granted_task.project_id = project.id)',
  )} ELSE 0 END AS roles
FROM unnest(${hideFromPlanner('$5::uuid[]')}) AS requested (id)
LEFT JOIN reporting_group ON reporting_group.id = requested.id
LEFT JOIN project ON project.id = reporting_group.project_id
${joinGranted('organization', 'project.org_id')}
${joinGranted('project', 'project.id')}`,
};

/** Binds a statement that returns one row per id. */
export function bindGroupsForSubject(key: GroupsKey): BoundStatement {
  return { statement: groupsForSubjectStatement, values: [...toSubjectValues(key), key.ids] };
}
