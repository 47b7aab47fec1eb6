// The statement for the facts behind a list: for each path, one row per task under it, or a single row without a task.

import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';
import type { ScopePath } from '../columns/run-path.js';
import { rolesOnPath } from './roles-in-sql.js';
import type { TaskAccess } from './run-scope.js';

/** A path requested on behalf of a subject. */
export interface ScopeKey {
  readonly path: ScopePath;
  readonly subject: string;
}

/** One result per key, in order. */
export interface ScopeRow {
  readonly tasks: readonly TaskAccess[];
}

const statement: Statement = { name: 'task_run_scopes', text: scopeText() };

export function bindScopes(keys: readonly ScopeKey[]): BoundStatement {
  return { statement, values: toScopeValues(keys) };
}

/** @param furtherColumns SQL to select in addition to `tasks` */
export function scopeText(furtherColumns: readonly string[] = []): string {
  return `
SELECT json_agg(json_build_object(
  'taskId', task.id,
  'visibility', task.run_visibility,
  'isProject', project.id IS NOT NULL,
  'roles', coalesce(granted.roles, 0)
)) AS tasks${furtherColumns.map((column) => `, ${column}`).join('')}
FROM unnest(${hideArraysFromPlanner(['uuid', 'uuid', 'uuid', 'text'])})
  WITH ORDINALITY AS request (org_id, project_id, task_id, subject, position)
LEFT JOIN organization ON organization.id = request.org_id
LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
LEFT JOIN task ON task.project_id = project.id AND (request.task_id IS NULL OR task.id = request.task_id)
LEFT JOIN LATERAL (${rolesOnPath}) AS granted ON true
GROUP BY request.position, request.subject
ORDER BY request.position`;
}

/** Returns the values for a statement with this text. */
export function toScopeValues(keys: readonly ScopeKey[]): unknown[] {
  return [
    keys.map(({ path }) => path.orgId),
    keys.map(({ path }) => path.projectId),
    keys.map(({ path }) => path.taskId),
    keys.map(({ subject }) => subject),
  ];
}
