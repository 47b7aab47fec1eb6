// The runs of a scope that match a filter, as SQL. Every list, count and statistic reads from here, so that none of
// them can see a run that the caller may not.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { type RunFilter, runConditions } from './run-filter.js';
import type { RunScope } from './run-scope.js';

/** Tasks, and the condition under which the caller sees a run (`run`) of theirs. */
export interface VisibleTasks {
  readonly taskIds: readonly string[];
  readonly condition: string;
}

/** The scope and the filter by kinds of visibility: one or two, and one without tasks where nothing is visible. */
export function visibleTasks(scope: RunScope, filter: RunFilter, parameters: SqlParameters): VisibleTasks[] {
  const conditions = () => runConditions(filter, scope.path.projectId, parameters.add);
  const all = scope.allOf.length > 0 || scope.ownOf.length === 0;
  return [
    ...(all ? [{ taskIds: scope.allOf, condition: `true${conditions()}` }] : []),
    ...(scope.ownOf.length > 0
      ? [{ taskIds: scope.ownOf, condition: `run.user_id = ${parameters.add(scope.userId, 'uuid')}${conditions()}` }]
      : []),
  ];
}

/**
 * SQL for a FROM clause: the visible runs as a table of the alias `run`, with the columns of task_run. Its text depends
 * on which conditions are present and on the kinds of visibility, never on values; those go into `parameters`.
 */
export function visibleRuns(scope: RunScope, filter: RunFilter, parameters: SqlParameters): string {
  const sources = visibleTasks(scope, filter, parameters).map(
    ({ taskIds, condition }) =>
      `SELECT run.* FROM task_run AS run WHERE run.task_id = ANY (${parameters.add(taskIds, 'uuid[]')}) AND ${condition}`,
  );
  return `(${sources.join(' UNION ALL ')}) AS run`;
}
