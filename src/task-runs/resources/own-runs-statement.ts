// The statement for whether a caller has executed any run of a task.

import { type BoundStatement, hideFromPlanner, type Statement } from '../../database/statements.js';

export interface OwnRunsKey {
  readonly taskId: string;
  readonly userId: string;
}

export interface OwnRunsRow {
  readonly hasOwnRuns: boolean;
}

const statement: Statement = {
  name: 'own_runs',
  text: `
SELECT EXISTS (
  SELECT FROM task_run WHERE task_id = ${hideFromPlanner('$1::uuid')} AND user_id = ${hideFromPlanner('$2::uuid')}
) AS "hasOwnRuns"`,
};

/** Binds the statement, which returns one row. */
export function bindOwnRuns({ taskId, userId }: OwnRunsKey): BoundStatement {
  return { statement, values: [taskId, userId] };
}
