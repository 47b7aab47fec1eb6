// The statement for how long tasks keep their runs.

import { nearestPolicy } from '../../database/retention.js';
import { type BoundStatement, hideArraysFromPlanner, type Statement } from '../../database/statements.js';

export interface RetentionRow {
  /** Number of days that runs are kept, or null if no policy applies to the task. */
  readonly days: number | null;
}

const statement: Statement = {
  name: 'task_retention',
  text: `
SELECT policy.days
FROM unnest(${hideArraysFromPlanner(['uuid'])}) WITH ORDINALITY AS requested (id, number)
LEFT JOIN task USING (id)
LEFT JOIN project ON project.id = task.project_id
LEFT JOIN LATERAL (${nearestPolicy('days')}) AS policy ON true
ORDER BY requested.number`,
};

/** Binds the statement, which returns one row per task, in order. */
export function bindRetention(taskIds: readonly string[]): BoundStatement {
  return { statement, values: [taskIds] };
}
