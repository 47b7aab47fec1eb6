// SQL shared by the statements of pages. The start of a page is found by the key (created, id) in an index, so that a
// page costs the same anywhere in the list. Where an index decides the filter, only the runs of the page are read from
// the table.

import type { RunProjection } from '../record/projection.js';
import { type OwnBound, type OwnRange, ownInOrder, ownOrder, ownRuns } from '../scope/own-runs.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';

/**
 * The form of a page: `joined`, all runs in one text, or no runs if their JSON exceeds `maxBytes`; or `single`, run by
 * run, without the fields beyond `maxBytes`.
 */
export interface PageForm {
  readonly form: 'joined' | 'single';
  readonly maxBytes: number;
}

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
  readonly bounds: readonly OwnBound[];
  /** Returns SQL for `columns` of the runs of a task, in the order of reading. */
  selectRange(columns: string, range: TaskRange): string;
  /**
   * Returns SQL for `columns` of a user's own runs.
   * @param condition SQL over `run`, for which each run is read; '': there is none
   */
  selectOwnRuns(columns: string, own: OwnRange, condition: string): string;
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
      const range: OwnRange = { ...own, bounds: [...(own.bounds ?? []), ...bounds], direction };
      return condition === ''
        ? `${ownInOrder(range, columns)} LIMIT ${limit}`
        : `SELECT ${columns} FROM ${ownRuns(range, condition)} ${ownOrder('own', range)} LIMIT ${limit}`;
    },
    merge: (ranges) => `${ranges.join('\n  UNION ALL')} ORDER BY created ${direction}, id ${direction} LIMIT ${limit}`,
  };
}

/** Returns SQL conditions over `run`, each beginning with AND. */
export function withinBounds(bounds: readonly OwnBound[]): string {
  return bounds.map(({ operator, position }) => ` AND (run.created, run.id) ${operator} (${position})`).join('');
}

/** Returns SQL for the runs at the positions that `positions` selects, in their order. */
export function runsAtPositions(positions: string, { columns }: RunProjection): string {
  // OFFSET 0: the runs of the page must be looked up one by one, regardless of the planner's estimates.
  return `page_row AS MATERIALIZED (${positions}), read_run AS MATERIALIZED (
  SELECT ${columns}
  FROM page_row CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
)`;
}

/** Returns SQL for the query over `read_run`, which has no row if the JSON of a joined page exceeds `maxBytes`. */
export function withinBytes({ query, jsonBytes }: RunProjection, { form }: PageForm, maxBytes: string | null): string {
  if (maxBytes === null || jsonBytes === null || form === 'single') return query;
  // Decided before any JSON is read, because the condition is the same for all rows.
  return `${query} HAVING (SELECT coalesce(sum(${jsonBytes}), 0) FROM read_run AS run) <= ${maxBytes}`;
}
