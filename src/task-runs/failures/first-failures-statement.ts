// The statements that find when kinds of failures were first seen in a scope, using the index that contains each task's
// kinds with their runs in the order of creation. That index cannot find runs by their executor, so the caller's own
// runs are read themselves.

import { createSqlParameters, type SqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner } from '../../database/statements.js';
import { failureKind } from '../columns/previews.js';
import { timestampSql } from '../columns/timestamp.js';
import { ownRuns } from '../visibility/own-runs.js';
import type { RunScope } from '../visibility/run-scope.js';

export interface NewKindsKey {
  readonly scope: RunScope;
  /** The timestamp at or after which a kind was first seen. */
  readonly since: string;
}

export interface FirstFailuresKey {
  readonly scope: RunScope;
  readonly kinds: readonly string[];
}

export interface KindRow {
  readonly kind: string;
  /** A timestamp of the DateTime scalar. */
  readonly firstSeen: string;
}

const kind = `${failureKind} COLLATE "C"`;

/** Returns SQL for the first run of a task's lowest kind that meets a condition. */
const firstRun = (taskId: string, condition = '') => `
    SELECT ${kind} AS kind, run.created FROM task_run AS run
    WHERE run.is_error AND run.task_id = ${taskId}${condition} ORDER BY ${kind}, run.created LIMIT 1`;

const toNewKinds = createStatementFactory('new_failure_kinds');
const toFirstFailures = createStatementFactory('failure_kinds_first_runs');

/** Binds a statement that returns the kinds that no run in the scope had before a given time. */
export function bindNewKinds({ scope, since }: NewKindsKey): BoundStatement {
  const { add, values } = createSqlParameters();
  const text = `
WITH RECURSIVE kind_of_task AS (
  SELECT task.id AS task_id, first.* FROM ${tasks(scope.allRunsTaskIds, add)}
  CROSS JOIN LATERAL (${firstRun('task.id')}) AS first
  UNION ALL
  SELECT kind_of_task.task_id, next.* FROM kind_of_task
  CROSS JOIN LATERAL (${firstRun('kind_of_task.task_id', ` AND ${kind} > kind_of_task.kind`)}) AS next
)
SELECT kind, ${timestampSql('min(created)')} AS "firstSeen" FROM (
  SELECT kind, created FROM kind_of_task${ownKinds(scope, add)}
) AS failure
GROUP BY kind HAVING min(created) >= ${hideFromPlanner(add(since, 'timestamptz'))}
ORDER BY kind`;
  return { statement: toNewKinds(text), values };
}

/** Binds a statement that returns when the kinds were first seen in the scope. */
export function bindFirstFailures({ scope, kinds }: FirstFailuresKey): BoundStatement {
  const { add, values } = createSqlParameters();
  const text = `
SELECT kind, ${timestampSql('min(created)')} AS "firstSeen" FROM (
  SELECT wanted.kind, first.created FROM ${tasks(scope.allRunsTaskIds, add)}
  CROSS JOIN unnest(${hideFromPlanner(add(kinds, 'text[]'))}) AS wanted (kind)
  CROSS JOIN LATERAL (
    SELECT run.created FROM task_run AS run
    WHERE run.is_error AND run.task_id = task.id AND ${kind} = wanted.kind ORDER BY run.created LIMIT 1
  ) AS first${ownKinds(scope, add)}
) AS failure
GROUP BY kind`;
  return { statement: toFirstFailures(text), values };
}

function tasks(taskIds: readonly string[], add: SqlParameters['add']): string {
  return `unnest(${hideFromPlanner(add(taskIds, 'uuid[]'))}) AS task (id)`;
}

/**
 * Returns SQL to append for the kinds of the caller's own failed runs, or '' if there are no tasks in which the caller
 * sees only its own runs.
 */
function ownKinds({ ownRunsTaskIds, userId }: RunScope, add: SqlParameters['add']): string {
  if (ownRunsTaskIds.length === 0) return '';
  const user = hideFromPlanner(add(userId, 'uuid'));
  const range = { taskId: 'task.id', userId: user, key: 'created', bounds: [] } as const;
  return `
  UNION ALL
  SELECT own_failure.kind, own_failure.created FROM ${tasks(ownRunsTaskIds, add)}
  CROSS JOIN LATERAL (SELECT ${kind} AS kind, run.created FROM ${ownRuns(range, 'run.is_error')}) AS own_failure`;
}
