// SQL shared by the statements of pages. The start of a page is found by the key (created, id) in an index, so that a
// page costs the same anywhere in the list. Where an index decides the filter, only the runs of the page are read from
// the table.

import { type OwnRunsRange, ownRuns, ownRunsInOrder, ownRunsOrder, type RangeBound } from '../scope/own-runs.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';

interface PageParameters {
  /** SQL: the most runs to read. */
  readonly limit: string;
  /** Returns SQL for the position of a bound: `created, id`. */
  positionOf(end: 'after' | 'before'): string;
}

interface TaskRange {
  /** SQL. */
  readonly taskId: string;
  /** SQL, over the row `run`. */
  readonly condition: string;
}

interface PageQuery {
  /** The positions between which the page lies. */
  readonly bounds: readonly RangeBound[];
  /** Returns SQL for `columns` of the runs of a task, in the order of reading. */
  selectRange(columns: string, range: TaskRange): string;
  /**
   * Returns SQL for `columns` of a user's own runs.
   * @param condition SQL over `run`, for which each run is read; '': there is none
   */
  selectOwnRuns(columns: string, own: OwnRunsRange, condition: string): string;
  /** Returns SQL that merges several ranges into one order. */
  merge(ranges: readonly string[]): string;
  /** Returns SQL for the order of reading. @param row its alias */
  orderOf(row: string): string;
}

export function createPageQuery(page: PageRequest, { limit, positionOf }: PageParameters): PageQuery {
  const direction = readsAscending(page) ? 'ASC' : 'DESC';
  const bounds = boundsOf(page).map(({ end, operator }) => ({ operator, position: positionOf(end), hasId: true }));
  const orderOf = (row: string) => `ORDER BY ${row}.created ${direction}, ${row}.id ${direction}`;
  return {
    bounds,
    orderOf,
    selectRange: (columns, { taskId, condition }) => `SELECT ${columns} FROM task_run AS run
    WHERE run.task_id = ${taskId} AND ${condition}${withinBounds(bounds)} ${orderOf('run')} LIMIT ${limit}`,
    selectOwnRuns(columns, own, condition) {
      const range: OwnRunsRange = { ...own, bounds: [...(own.bounds ?? []), ...bounds], direction };
      return condition === ''
        ? `${ownRunsInOrder(range, columns)} LIMIT ${limit}`
        : `SELECT ${columns} FROM ${ownRuns(range, condition)} ${ownRunsOrder('own', range)} LIMIT ${limit}`;
    },
    merge: (ranges) => `${ranges.join('\n  UNION ALL')} ORDER BY created ${direction}, id ${direction} LIMIT ${limit}`,
  };
}

/** Returns SQL conditions over `run`, each beginning with AND. */
export function withinBounds(bounds: readonly RangeBound[]): string {
  return bounds.map(({ operator, position }) => ` AND (run.created, run.id) ${operator} (${position})`).join('');
}
