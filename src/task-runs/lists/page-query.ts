// What the statements of pages have in common: a page's beginning is found by the key (created, id) in an index, so a
// page costs the same wherever it lies in the list. Where an index decides the filter, only the runs of the page are
// read from the table.

import type { RunProjection } from '../record/projection.js';
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

interface PageQuery {
  /** SQL: `columns` of the runs of one task, from the end where reading begins; `condition` is over the row `run`. */
  stretch(columns: string, taskId: string, condition: string): string;
  /** SQL: the same of the runs that the user executed. */
  stretchOfUser(columns: string, taskId: string, condition: string, userId: string): string;
  /** SQL: such runs of several ranges in one order. */
  merge(stretches: readonly string[]): string;
}

export function createPageQuery(page: PageRequest, { limit, positionOf }: PageParameters): PageQuery {
  const direction = readsAscending(page) ? 'ASC' : 'DESC';
  const stretch = (columns: string, taskId: string, condition: string, userId?: string) => {
    const key = userId === undefined ? ['run.created', 'run.id'] : ['run.user_id', 'run.created', 'run.id'];
    const bounds = boundsOf(page).map(({ end, operator }) => {
      const position = userId === undefined ? positionOf(end) : `${userId}, ${positionOf(end)}`;
      return ` AND (${key.join(', ')}) ${operator} (${position})`;
    });
    return `SELECT ${columns} FROM task_run AS run
    WHERE run.task_id = ${taskId} AND ${condition}${bounds.join('')}
    ORDER BY ${key.map((column) => `${column} ${direction}`).join(', ')} LIMIT ${limit}`;
  };
  return {
    stretch,
    // Not an equality: of the indexes that would then have the order, the planner takes any, not knowing the user.
    stretchOfUser: (columns, taskId, condition, userId) =>
      stretch(columns, taskId, `${condition} AND run.user_id BETWEEN ${userId} AND ${userId}`, userId),
    merge: (stretches) =>
      `${stretches.join('\n  UNION ALL')} ORDER BY created ${direction}, id ${direction} LIMIT ${limit}`,
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
