// SQL shared by the page statements. The start of a page is looked up in an index by the key (created, id), so a page
// costs the same anywhere in the list. If an index decides the filter, only the page's runs are read from the table. If
// the index only contains the values to test, a limited number of its entries is read.

import { type Fragment, sql } from '../../database/fragment.js';
import { timestampOfJson } from '../columns/timestamp.js';
import { type OwnRunsRange, ownRunsInOrder, type RangeBound } from '../visibility/own-runs.js';
import { type RangeTest, selectBoundedOwnRuns, selectBoundedRange } from './bounded-range.js';
import type { RunPosition } from './cursor.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';

interface PageParameters {
  /** SQL for the maximum number of runs to read. */
  readonly limit: string;
  /** Returns SQL for a bound's position: `created, id`. */
  positionOf(end: 'after' | 'before'): string;
}

interface TaskRange {
  /** SQL expression for the task's id. */
  readonly taskId: string;
  /** SQL condition over the row `run`. */
  readonly condition: string;
}

interface PageQuery {
  /** The positions that bound the page. */
  readonly bounds: readonly RangeBound[];
  /** Returns the same for the part of the page up to another bound. */
  upTo(bound: RangeBound): PageQuery;
  /** Returns SQL for the position of a task's first run in reading order, without its LIMIT. */
  selectFirst(range: TaskRange): string;
  /** Returns the same for the first of a user's own runs. */
  selectFirstOwn(own: OwnRunsRange): string;
  /** Returns SQL for `columns` of a task's runs, in reading order. */
  selectRange(columns: string, range: TaskRange): string;
  /** Returns SQL for `columns` of a user's own runs, in reading order. */
  selectOwnRuns(columns: string, own: OwnRunsRange): string;
  /** Returns SQL for a task's matching runs and the end of their range. The test condition may be empty. */
  selectTested(range: TaskRange, test: RangeTest): string;
  /** Returns SQL for the matching runs among a user's own, and the end of their range. */
  selectTestedOwn(own: OwnRunsRange, test: RangeTest): string;
  /** Returns SQL that merges several ranges in order. */
  merge(ranges: readonly string[]): string;
  /** Returns SQL that merges several tested ranges. A matching run may also be the last one read. */
  mergeTested(ranges: readonly string[]): string;
  /** Returns SQL for the reading order. @param row the alias of a row */
  orderOf(row: string): string;
}

/** The last run tested, or null if the list ends or the page is full. Omitted if the page tests no runs. */
export interface ScanEndRow {
  readonly endCreated?: string | null;
  readonly endId?: string | null;
}

export function scanEndOf({ endId, endCreated }: ScanEndRow = {}): RunPosition | null {
  return endId == null ? null : { created: timestampOfJson(endCreated!), id: endId };
}

export function createPageQuery(page: PageRequest, { limit, positionOf }: PageParameters): PageQuery {
  const bounds = boundsOf(page).map(({ end, operator }) => ({ operator, position: positionOf(end), hasId: true }));
  return queryWithin(bounds, page, limit);
}

function queryWithin(bounds: readonly RangeBound[], page: PageRequest, limit: string): PageQuery {
  const direction = readsAscending(page) ? 'ASC' : 'DESC';
  const orderOf = (row: string) => `ORDER BY ${row}.created ${direction}, ${row}.id ${direction}`;
  const rangeOf = (columns: string, { taskId, condition }: TaskRange) => `SELECT ${columns} FROM task_run AS run
    WHERE run.task_id = ${taskId} AND ${condition}${withinBounds(bounds)} ${orderOf('run')}`;
  const ownRangeOf = (own: OwnRunsRange): OwnRunsRange => ({
    ...own,
    bounds: [...own.bounds, ...bounds],
    direction,
  });
  const selectRange: PageQuery['selectRange'] = (columns, range) => `${rangeOf(columns, range)} LIMIT ${limit}`;
  const selectOwnRuns: PageQuery['selectOwnRuns'] = (columns, own) =>
    `${ownRunsInOrder(ownRangeOf(own), columns)} LIMIT ${limit}`;
  const order = `ORDER BY created ${direction}, id ${direction}`;
  const merge = (ranges: readonly string[], by: string) => `${ranges.join('\n  UNION ALL')} ${by} LIMIT ${limit}`;
  const untested = 'run.created, run.id, true AS matches, false AS is_end';
  const position = 'run.created, run.id';
  return {
    bounds,
    orderOf,
    upTo: (bound) => queryWithin([...bounds, bound], page, limit),
    selectFirst: (range) => rangeOf(position, range),
    selectFirstOwn: (own) => ownRunsInOrder(ownRangeOf(own), position),
    selectRange,
    selectOwnRuns,
    selectTested(range, test) {
      if (test.condition === '') return selectRange(untested, range);
      return selectBoundedRange((columns) => rangeOf(columns, range), orderOf, { ...test, limit });
    },
    selectTestedOwn(own, test) {
      return selectBoundedOwnRuns(ownRangeOf(own), { ...test, limit });
    },
    merge: (ranges) => merge(ranges, order),
    mergeTested: (ranges) => merge(ranges, `${order}, is_end`),
  };
}

/** SQL for the positions of a page's runs. */
export interface PagePositions {
  readonly positions: string;
  /** The tables that `positions` reads, if any. */
  readonly tables?: string;
  /** The columns of {@link ScanEndRow}, if any. */
  readonly columns?: string;
}

/**
 * Returns a page with the end of its scan. @param runs SQL for the tables that follow the positions @param query reads
 * those tables
 */
export function selectPage({ tables = '', columns }: PagePositions, runs: string, query: Fragment): Fragment {
  return sql`WITH ${tables}${runs}${columns === undefined ? query : sql`\nSELECT page.*, ${columns} FROM (${query}) AS page`}`;
}

/**
 * Returns SQL for a page of tested ranges. The page ends at the first range that may have more runs.
 * @param tested SQL for the merged ranges
 */
export function endTested(tested: string, { orderOf }: Pick<PageQuery, 'orderOf'>): Required<PagePositions> {
  const order = `${orderOf('tested')}, is_end`;
  return {
    tables: `tested AS MATERIALIZED (${tested}), scan_end AS MATERIALIZED (
  SELECT created, id FROM tested WHERE is_end ${order} LIMIT 1
), `,
    positions: `
  SELECT created, id FROM (
    SELECT *, bool_or(is_end) OVER (${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_beyond FROM tested
  ) AS tested WHERE matches AND is_beyond IS NOT TRUE ${order}`,
    columns: `(SELECT to_json(created AT TIME ZONE 'UTC') FROM scan_end) AS "endCreated", (SELECT id FROM scan_end) AS "endId"`,
  };
}

/** Returns SQL conditions over `run`, each beginning with AND. */
export function withinBounds(bounds: readonly RangeBound[]): string {
  return bounds.map(({ operator, position }) => ` AND (run.created, run.id) ${operator} (${position})`).join('');
}
