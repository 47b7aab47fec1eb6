// SQL for the runs of a caller who sees no others. They are contiguous in an index, and found only by conditions on its
// columns, in its order. Every other condition is tested run by run, so that the plan, its effort and the end of
// a page do not depend on runs of others.

import { joinRunOf } from '../columns/page-layout.js';

/** A bound of a range in an index. */
export interface RangeBound {
  readonly operator: '<' | '<=' | '>' | '>=';
  /** SQL: the key, or the key and the run's id. */
  readonly position: string;
  readonly hasId: boolean;
}

export interface OwnRunsRange {
  /** SQL. */
  readonly taskId: string;
  /** SQL that hides the value from the planner. */
  readonly userId: string;
  readonly key: 'created' | 'changed_xid';
  readonly bounds: readonly RangeBound[];
  /** SQL over the key, or over other rows than the run's. */
  readonly condition?: string;
  readonly direction?: 'ASC' | 'DESC';
}

/**
 * Returns SQL for own runs in the order of `user_id`, the key and `id`.
 * @param columns of `run`; omitted: these three
 */
export function ownRunsInOrder(range: OwnRunsRange, columns?: string): string {
  const { taskId, userId, key, bounds, condition } = range;
  const conditions = [
    `run.task_id = ${taskId}`,
    // Not an equality, so that only the index of own runs has this order, and the planner uses no other one.
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
 * Returns SQL for a FROM clause and WHERE: own runs as `run`, with their index columns as `own`, in no order. The
 * condition is hidden from the planner when it chooses the index.
 * @param condition SQL over `run`
 */
export function ownRuns(range: OwnRunsRange, condition: string): string {
  return `(${ownRunsInOrder(range)}) AS own
    ${joinRunOf('own')} WHERE ${condition}`;
}
