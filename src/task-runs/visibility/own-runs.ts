// SQL for the runs of callers who see only their own. These runs are contiguous in an index, and only conditions on its
// columns find them, in index order. Every other condition is tested run by run, so that the plan, its cost and the end
// of a page do not depend on other users' runs.

import { joinRunOf } from '../columns/page-layout.js';

/** A bound of an index range. */
export interface RangeBound {
  readonly operator: '<' | '<=' | '>' | '>=';
  /** SQL for the key, or for the key and the run's id. */
  readonly position: string;
  readonly hasId: boolean;
}

export interface OwnRunsRange {
  /** SQL expression for the task's id. */
  readonly taskId: string;
  /** SQL that hides the value from the planner. */
  readonly userId: string;
  readonly key: 'created' | 'changed_xid';
  readonly bounds: readonly RangeBound[];
  /** SQL condition over the key, or over rows other than `run`. */
  readonly condition?: string;
  readonly direction?: 'ASC' | 'DESC';
}

/**
 * Returns SQL for own runs ordered by `user_id`, the key and `id`.
 * @param columns columns of `run`; defaults to these three
 */
export function ownRunsInOrder(range: OwnRunsRange, columns?: string): string {
  const { taskId, userId, key, bounds, condition } = range;
  const conditions = [
    `run.task_id = ${taskId}`,
    // BETWEEN instead of equality, so that only the own-runs index provides this order and the planner uses no other.
    `run.user_id BETWEEN ${userId} AND ${userId}`,
    ...bounds.map(({ operator, position, hasId }) => {
      const columns = ['user_id', key, ...(hasId ? ['id'] : [])].map((column) => `run.${column}`);
      return `(${columns.join(', ')}) ${operator} (${userId}, ${position})`;
    }),
    ...(condition === undefined ? [] : [condition]),
  ];
  return `SELECT ${columns ?? `run.user_id, run.${key}, run.id`} FROM task_run AS run
    WHERE ${conditions.join(' AND ')} ${ownRunsOrder('run', range)}`;
}

/** Returns SQL for the order of {@link ownRunsInOrder}, over its rows. */
export function ownRunsOrder(row: string, { key, direction = 'ASC' }: Pick<OwnRunsRange, 'key' | 'direction'>): string {
  return `ORDER BY ${['user_id', key, 'id'].map((column) => `${row}.${column} ${direction}`).join(', ')}`;
}

/**
 * Returns SQL for a FROM clause and WHERE: own runs as `run`, with their index columns as `own`, unordered. The planner
 * does not see the condition when it chooses the index.
 * @param condition SQL over `run`
 */
export function ownRuns(range: OwnRunsRange, condition: string): string {
  return `(${ownRunsInOrder(range)}) AS own
    ${joinRunOf('own')} WHERE ${condition}`;
}
