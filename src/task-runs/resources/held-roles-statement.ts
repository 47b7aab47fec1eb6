// The statement for the roles that a subject holds along paths.

import type { RunVisibility } from '../../database/entities/task.entity.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';
import {
  grantedToSubject,
  isInTokenScope,
  joinGranted,
  resourceJoins,
  type SubjectKey,
  toSubjectValues,
} from '../scope/roles-in-sql.js';

/** The path of an organization, a project or a task, the ids in lower case. */
export interface ResourcePath {
  readonly orgId: string;
  readonly projectId: string | null;
  readonly taskId: string | null;
}

export interface HeldRolesKey extends SubjectKey {
  readonly paths: readonly ResourcePath[];
}

/** Ranks in `rolesByRank`, from 1; 0: no role, or the path ends earlier. */
export interface HeldRolesRow {
  /** Whether the path exists and is within the token's confinement. */
  readonly isInScope: boolean;
  readonly organization: number;
  readonly project: number;
  readonly withinProject: number;
  readonly task: number;
  readonly visibility: RunVisibility | null;
}

const onProject = 'on_organization.rank, on_project.rank';

const statement: Statement = {
  name: 'held_roles',
  text: `
WITH ${grantedToSubject}
SELECT
  (request.project_id IS NULL OR project.id IS NOT NULL) AND (request.task_id IS NULL OR task.id IS NOT NULL)
  AND CASE
    WHEN task.id IS NOT NULL THEN ${isInTokenScope.task}
    WHEN project.id IS NOT NULL THEN ${isInTokenScope.project}
    ELSE organization.id IS NOT NULL AND ${isInTokenScope.organization}
  END AS "isInScope",
  coalesce(on_organization.rank, 0) AS organization,
  CASE WHEN project.id IS NULL THEN 0 ELSE coalesce(greatest(${onProject}), 0) END AS project,
  CASE WHEN project.id IS NULL THEN 0 ELSE coalesce(greatest(${onProject},
    (SELECT max(granted_task.rank) FROM granted_task WHERE granted_task.project_id = project.id)), 0) END AS "withinProject",
  CASE WHEN task.id IS NULL THEN 0 ELSE coalesce(greatest(${onProject}, on_task.rank), 0) END AS task,
  task.run_visibility AS visibility
FROM unnest(${hideArraysFromPlanner(['uuid', 'uuid', 'uuid'], 5)}) WITH ORDINALITY AS request (org_id, project_id, task_id, position)${resourceJoins}
${joinGranted('organization', 'organization.id')}
${joinGranted('project', 'project.id')}
${joinGranted('task', 'task.id')}
ORDER BY request.position`,
};

/** Binds the statement, which returns a row for each path, in their order: neither cost nor time reveals whether a hidden one exists. */
export function bindHeldRoles(key: HeldRolesKey): BoundStatement {
  const { paths } = key;
  const values = [
    ...toSubjectValues(key),
    paths.map(({ orgId }) => orgId),
    paths.map(({ projectId }) => projectId),
    paths.map(({ taskId }) => taskId),
  ];
  return { statement, values };
}
