import { type Statement, unseenArrays } from '../../database/statements.js';
import type { ScopePath } from '../record/run-path.js';

/** A task, or all tasks of a project, and since which transaction it matters whether anything has changed there. */
export interface PolledScope {
  readonly path: ScopePath;
  readonly since: string;
}

export interface ChangePoll {
  readonly epoch: string;
  /** Transactions before this one have ended. */
  readonly settled: string;
  /** Positions, from 1, of the scopes in which a settled transaction has changed a run. */
  readonly changed: readonly number[];
}

// One look into the index for each task. LIMIT: the planner must not take all changes there are, to join them.
const hasChangedIn = (task: string) => `
  SELECT FROM task_run AS run
  WHERE run.task_id = ${task} AND run.changed_xid >= scope.since AND run.changed_xid < (SELECT xid FROM settled)
  LIMIT 1`;

export const changePollStatement: Statement = {
  name: 'task_run_change_poll',
  isCurrent: true,
  text: `
WITH settled AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT (SELECT id FROM change_epoch) AS epoch, (SELECT xid FROM settled) AS settled, ARRAY(
  SELECT position::integer
  FROM unnest(${unseenArrays(['uuid', 'uuid', 'xid8'])}) WITH ORDINALITY AS scope (project_id, task_id, since, position)
  WHERE CASE WHEN scope.task_id IS NOT NULL THEN EXISTS (${hasChangedIn('scope.task_id')})
    ELSE EXISTS (
      SELECT FROM task CROSS JOIN LATERAL (${hasChangedIn('task.id')}) AS changed WHERE task.project_id = scope.project_id
    ) END
) AS changed`,
};

export function toChangePollValues(scopes: readonly PolledScope[]): unknown[] {
  return [
    scopes.map(({ path }) => path.projectId),
    scopes.map(({ path }) => path.taskId),
    scopes.map(({ since }) => since),
  ];
}
