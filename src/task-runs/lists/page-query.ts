// What the statements of pages have in common: a page's beginning is found by the key (created, id) in an index, so a
// page costs the same wherever it lies in the list. Where an index decides the filter, only the runs of the page are
// read from the table.

import type { RunProjection } from '../record/projection.js';
import { type OwnBound, type OwnRange, ownInOrder, ownOrder, ownRuns } from '../scope/own-runs.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';

/**
 * All runs as one text where their JSON has up to `maxBytes`, else none; or run by run, with `maxBytes` of JSON in all:
 * what goes beyond is left out, field by field.
 */
export interface PageForm {
  readonly form: 'joined' | 'single';
  readonly maxBytes: number;
}

interface PageParameters {
  /** SQL: runs to read at most. */
  readonly limit: string;
  /** SQL: where a bound lies: `created, id`. */
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
  /** SQL: `columns` of the runs of one task, from the end where reading begins. */
  selectRange(columns: string, range: TaskRange): string;
  /**
   * SQL: the same of a user's own runs.
   * @param condition SQL over `run`, for which each is read; '': there is none
   */
  selectOwnRuns(columns: string, own: OwnRange, condition: string): string;
  /** SQL: such runs of several ranges in one order. */
  merge(ranges: readonly string[]): string;
  /** SQL: the order in which they are read, of the row. */
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

/** SQL over `run`: each condition begins with AND. */
export function withinBounds(bounds: readonly OwnBound[]): string {
  return bounds.map(({ operator, position }) => ` AND (run.created, run.id) ${operator} (${position})`).join('');
}

/** SQL: the query for the runs at the positions that `positions` selects, in their order. */
export function runsAtPositions(positions: string, { columns }: RunProjection): string {
  // OFFSET 0: the runs of the page must be looked up one by one, however many the planner estimates.
  return `page_row AS MATERIALIZED (${positions}), read_run AS MATERIALIZED (
  SELECT ${columns}
  FROM page_row CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
)`;
}

/** SQL: the query over `read_run`; without a row where the JSON of a joined page takes more than `maxBytes`. */
export function withinBytes({ query, jsonBytes }: RunProjection, { form }: PageForm, maxBytes: string | null): string {
  if (maxBytes === null || jsonBytes === null || form === 'single') return query;
  // Decided before any JSON is read, as a condition that holds for all rows or none.
  return `${query} HAVING (SELECT coalesce(sum(${jsonBytes}), 0) FROM read_run AS run) <= ${maxBytes}`;
}
