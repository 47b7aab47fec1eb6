import { hideArraysFromPlanner, type Statement } from '../../database/statements.js';
import type { ScopePath } from '../record/run-path.js';
import { highestRoleRank, minRankForAllRuns } from '../scope/roles-in-sql.js';

/** A caller, and the task or project that it follows. It may see all runs there, its own, or none. */
export interface FollowedScope {
  readonly path: ScopePath;
  readonly subject: string;
  /** The subject as runs name who executed them; null: it executes none. */
  readonly userId: string | null;
  /** To which the token is confined; null: to none. */
  readonly taskIds: readonly string[] | null;
}

export interface PolledScope extends FollowedScope {
  /** Since which transaction it matters whether anything has changed there that the caller sees. */
  readonly since: string;
}

export interface ChangePoll {
  readonly epoch: string;
  /** Transactions before this one have ended. */
  readonly settled: string;
  /** Positions, from 1, of the scopes in which a settled transaction has changed a run that the caller sees. */
  readonly changed: readonly number[];
}

// LIMIT: the planner must not take all changes there are, to join them.
const isChanged = 'run.changed_xid >= request.since AND run.changed_xid < (SELECT xid FROM settled) LIMIT 1';
const hasChanged = `EXISTS (SELECT FROM task_run AS run WHERE run.task_id = task.id AND ${isChanged})`;
const hasOwnChanged = `EXISTS (
      SELECT FROM task_run AS run
      WHERE run.task_id = task.id AND (run.user_id, run.changed_xid) >= (request.user_id, request.since)
        AND run.user_id BETWEEN request.user_id AND request.user_id AND ${isChanged}
    )`;

// One look into the index for each task. Only where something has changed does the statement decide who sees it. A caller
// who does not is not woken: what its request costs must not depend on it.
export const changePollStatement: Statement = {
  name: 'task_run_change_poll',
  isCurrent: true,
  text: `
WITH settled AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid)
SELECT (SELECT id FROM change_epoch) AS epoch, (SELECT xid FROM settled) AS settled, ARRAY(
  SELECT position::integer
  FROM unnest(${hideArraysFromPlanner(['uuid', 'uuid', 'text', 'uuid', 'text', 'xid8'])})
    WITH ORDINALITY AS request (project_id, task_id, subject, user_id, task_ids, since, position)
  WHERE EXISTS (
    SELECT FROM project CROSS JOIN LATERAL (SELECT project.org_id AS id) AS organization
    JOIN task ON task.project_id = project.id
    WHERE project.id = request.project_id AND (request.task_id IS NULL OR task.id = request.task_id)
      AND (request.task_ids IS NULL OR task.id = ANY (request.task_ids::uuid[]))
      AND CASE WHEN ${hasChanged} THEN (
        SELECT CASE WHEN granted.rank >= ${minRankForAllRuns} THEN true WHEN granted.rank IS NOT NULL THEN ${hasOwnChanged} END
        FROM (${highestRoleRank}) AS granted
      ) END
  )
) AS changed`,
};

export function toChangePollValues(scopes: readonly PolledScope[]): unknown[] {
  return [
    scopes.map(({ path }) => path.projectId),
    scopes.map(({ path }) => path.taskId),
    scopes.map(({ subject }) => subject),
    scopes.map(({ userId }) => userId),
    scopes.map(({ taskIds }) => taskIds && `{${taskIds.join()}}`),
    scopes.map(({ since }) => since),
  ];
}
