// What the statements of pages have in common: a page's beginning is found by the key (created, id) in an index, so a
// page costs the same wherever it lies in the list. Where an index decides the filter, only the runs of the page are
// read from the table.

import type { RunProjection } from '../record/projection.js';
import { type OwnRange, ownInOrder, ownOrder, ownRuns } from '../scope/own-runs.js';
import { joinCandidateRun } from '../scope/visible-runs.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';
import { type OrderedValue, orderedValueOf, valueOrder } from './run-order.js';

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
  /** SQL: the value there, in an order by one. */
  boundValue?(end: 'after' | 'before', type: string): string;
  /** SQL: runs of a task that are looked through at most, in an order by a value. */
  scanLimit?(): string;
}

interface TaskRange {
  /** SQL. */
  readonly taskId: string;
  /** SQL for a FROM clause; omitted: the table of runs. */
  readonly runs?: string;
  /** SQL, over the row `run`. */
  readonly condition: string;
}

interface PageQuery {
  /** SQL: `created, id` of such runs as {@link selectRange}, of which the runs themselves decide whether they match. */
  selectFiltered(range: TaskRange, filterCondition: string): string;
  /** SQL: `columns` of the runs of one task, from the end where reading begins. */
  selectRange(columns: string, range: TaskRange): string;
  /**
   * SQL: the same of a user's own runs.
   * @param condition SQL over `run`, for which each is read; '': there is none
   */
  selectOwnRuns(columns: string, own: OwnRange, condition: string): string;
  /** SQL: such runs of several ranges in one order. */
  merge(ranges: readonly string[]): string;
}

export function createPageQuery(page: PageRequest, parameters: PageParameters): PageQuery {
  const byValue = orderedValueOf(page.order);
  return byValue === null ? queryByCreation(page, parameters) : queryByValue(page, byValue, parameters);
}

/** Not of pages that are read with the facts that decide what of them may be seen. */
function queryByValue(
  page: PageRequest,
  { sql, type }: OrderedValue,
  { limit, positionOf, boundValue, scanLimit }: PageParameters,
): PageQuery {
  const { orderBy, condition: afterBound } = valueOrder(page.order, sql, page.isBackward);
  const bounds = () =>
    (['after', 'before'] as const)
      .filter((end) => page[end] !== null)
      .map((end) => {
        const hasValue = page[end]!.value !== null;
        return ` AND ${afterBound(end, hasValue, hasValue ? boundValue!(end, type) : '', positionOf(end))}`;
      })
      .join('');
  // In the order of the index, up to a limit that the planner cannot see: then it does not take reading the table for cheaper.
  const candidates = ({ taskId, runs = 'task_run', condition }: TaskRange) =>
    `(SELECT run.created, run.id, ${sql} AS value FROM ${runs} AS run
      WHERE run.task_id = ${taskId} AND ${condition}${bounds()} ORDER BY run.created, run.id LIMIT ${scanLimit!()}) AS candidate`;
  const orderAndLimit = `ORDER BY ${orderBy('candidate.value', 'candidate.created', 'candidate.id')} LIMIT ${limit}`;
  return {
    selectRange: (_columns, range) => `SELECT candidate.* FROM ${candidates(range)} ${orderAndLimit}`,
    selectOwnRuns: (_columns, own, condition) =>
      `SELECT candidate.* FROM (SELECT run.created, run.id, ${sql} AS value FROM ${ownRuns(own, `${condition || 'true'}${bounds()}`)}
      LIMIT ${scanLimit!()}) AS candidate ${orderAndLimit}`,
    selectFiltered: (range, filterCondition) =>
      `SELECT candidate.* FROM ${candidates(range)} ${joinCandidateRun} WHERE ${filterCondition} ${orderAndLimit}`,
    merge: (ranges) => `${ranges.join('\n  UNION ALL')} ORDER BY ${orderBy('value', 'created', 'id')} LIMIT ${limit}`,
  };
}

function queryByCreation(page: PageRequest, { limit, positionOf }: PageParameters): PageQuery {
  const direction = readsAscending(page) ? 'ASC' : 'DESC';
  const bounds = boundsOf(page).map(({ end, operator }) => ({ operator, position: positionOf(end), hasId: true }));
  const ordered = (columns: string, { taskId, runs = 'task_run', condition }: TaskRange) => {
    const isWithin = bounds.map(({ operator, position }) => ` AND (run.created, run.id) ${operator} (${position})`);
    return `SELECT ${columns} FROM ${runs} AS run
    WHERE run.task_id = ${taskId} AND ${condition}${isWithin.join('')}
    ORDER BY run.created ${direction}, run.id ${direction}`;
  };
  const selectRange = (...range: Parameters<typeof ordered>) => `${ordered(...range)} LIMIT ${limit}`;
  return {
    selectRange,
    selectFiltered: (range, filterCondition) =>
      `SELECT candidate.* FROM (${ordered('run.created, run.id', range)}) AS candidate
    ${joinCandidateRun} WHERE ${filterCondition}
    ORDER BY candidate.created ${direction}, candidate.id ${direction} LIMIT ${limit}`,
    selectOwnRuns(columns, own, condition) {
      const range: OwnRange = { ...own, bounds: [...(own.bounds ?? []), ...bounds], direction };
      return condition === ''
        ? `${ownInOrder(range, columns)} LIMIT ${limit}`
        : `SELECT ${columns} FROM ${ownRuns(range, condition)} ${ownOrder('own', range)} LIMIT ${limit}`;
    },
    merge: (ranges) => `${ranges.join('\n  UNION ALL')} ORDER BY created ${direction}, id ${direction} LIMIT ${limit}`,
  };
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
