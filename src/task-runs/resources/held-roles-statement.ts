// The statement for the roles that a subject holds along paths.

import type { HeldRoles } from '../../access/permissions.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';
import {
  grantedToSubject,
  isInTokenScope,
  joinGranted,
  resourceJoins,
  type SubjectKey,
  toSubjectValues,
  unionOfRoles,
} from '../visibility/roles-in-sql.js';

/** The path of an organization, project or task, with ids in lower case. */
export interface ResourcePath {
  readonly orgId: string;
  readonly projectId: string | null;
  readonly taskId: string | null;
}

export interface HeldRolesKey extends SubjectKey {
  readonly paths: readonly ResourcePath[];
}

export interface HeldRolesRow extends HeldRoles {
  /** Whether the path exists and is within the token's confinement. */
  readonly isInScope: boolean;
}

const onProject = unionOfRoles('on_organization.roles', 'on_project.roles');
const onTasks = '(SELECT bit_or(granted_task.roles) FROM granted_task WHERE granted_task.project_id = project.id)';

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
  coalesce(on_organization.roles, 0) AS organization,
  CASE WHEN project.id IS NULL THEN 0 ELSE ${onProject} END AS project,
  CASE WHEN project.id IS NULL THEN 0 ELSE ${onProject} | ${unionOfRoles(onTasks)} END AS "withinProject",
  CASE WHEN task.id IS NULL THEN 0 ELSE ${onProject} | ${unionOfRoles('on_task.roles')} END AS task,
  task.run_visibility AS visibility
FROM unnest(${hideArraysFromPlanner(['uuid', 'uuid', 'uuid'], 5)}) WITH ORDINALITY AS request (org_id, project_id, task_id, position)${resourceJoins}
${joinGranted('organization', 'organization.id')}
${joinGranted('project', 'project.id')}
${joinGranted('task', 'task.id')}
ORDER BY request.position`,
};

/**
 * Binds the statement, which returns one row per path, in order. Neither cost nor time reveals whether a hidden path
 * exists.
 */
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
