// The facts behind a list: for each asked path one row per task under it, or one row without a task.

import type { Statement } from '../../database/statements.js';
import { unseenArrays } from '../../database/statements.js';
import type { ScopePath } from '../record/run-path.js';
import { highestRoleRank } from './roles-in-sql.js';
import type { ScopeFacts } from './run-scope.js';

/** One asked path, on behalf of one subject. */
export interface ScopeKey {
  readonly path: ScopePath;
  readonly subject: string;
}

/** One answer for each key, in their order. */
export interface ScopeRow {
  readonly facts: readonly ScopeFacts[];
}

export const scopeStatement: Statement = {
  name: 'task_run_scopes',
  text: `
SELECT json_agg(json_build_object(
  'taskId', task.id,
  'visibility', task.run_visibility,
  'isProject', project.id IS NOT NULL,
  'rank', coalesce(granted.rank, 0)
)) AS facts
FROM unnest(${unseenArrays(['uuid', 'uuid', 'uuid', 'text'])})
  WITH ORDINALITY AS asked (org_id, project_id, task_id, subject, position)
LEFT JOIN organization ON organization.id = asked.org_id
LEFT JOIN project ON project.id = asked.project_id AND project.org_id = organization.id
LEFT JOIN task ON task.project_id = project.id AND (asked.task_id IS NULL OR task.id = asked.task_id)
LEFT JOIN LATERAL (${highestRoleRank}) AS granted ON true
GROUP BY asked.position
ORDER BY asked.position`,
};

/** The values of the statement, in its order. */
export function toScopeStatementValues(keys: readonly ScopeKey[]): unknown[] {
  return [
    keys.map(({ path }) => path.orgId),
    keys.map(({ path }) => path.projectId),
    keys.map(({ path }) => path.taskId),
    keys.map(({ subject }) => subject),
  ];
}
