// The statement for a page of changes: a scope's runs after a position, ordered by the start of the transactions that
// wrote them, up to the oldest transaction still running.

import { textOf } from '../../database/fragment.js';
import { createSqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner } from '../../database/statements.js';
import type { RunsRow } from '../columns/columnar-run.js';
import type { RunSelection } from '../columns/field-groups.js';
import { joinRunOf, type PageLayout, toPageProjection } from '../columns/page-layout.js';
import { timestampSql } from '../columns/timestamp.js';
import { splitFilter } from '../visibility/filter-parts.js';
import { noFilter, type RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import { noTerms } from '../visibility/search-terms.js';
import { payloadVisibleSql, tasksByAccess } from '../visibility/visible-runs.js';
import type { ChangePosition } from './change-cursor.js';
import { scanChanges } from './change-scan.js';
import { type DeletedTaskAccess, selectDeletions } from './deletion-statement.js';
import { lastForgottenSql } from './forgotten-deletions.js';

export interface ChangePageKey {
  readonly scope: RunScope;
  readonly deletedTasks: readonly DeletedTaskAccess[];
  /**
   * The scope of a project or organization in which a moved run may still be visible, or null if the caller sees all its
   * runs.
   */
  readonly moveScope: RunScope | null;
  /** The kinds of changes. A feed from the first run contains no deletions, because its client has no deleted runs. */
  readonly kinds: 'runs' | 'deletions' | 'runs and deletions';
  readonly filter: RunFilter;
  readonly selection: RunSelection;
  /** The position after which changes are read, or null to start at the first run. */
  readonly after: ChangePosition | null;
  /** Start of the reader's walk, from its cursor. */
  readonly snapshotFloor: string | null;
  /** The transaction before which versions must have been written. */
  readonly until: string;
  /** Maximum number of runs on the page. */
  readonly size: number;
  /** Maximum number of JSON bytes on the page. A larger run gets a separate page. */
  readonly maxBytes?: number;
  /** Whether a page ends before a larger run even if this leaves it empty. */
  readonly stopsBeforeLarge?: boolean;
}

/** A deletion on a page. */
export interface DeletionRow {
  readonly xid: string;
  readonly runId: string;
  readonly taskId: string;
  readonly deletedAt: string;
  /** Number of runs on the page that precede it. */
  readonly runsBefore: number;
}

/** A result row: the page or, in the `single` layout, one of its runs. */
export interface ChangesRow extends RunsRow {
  /** All transactions before this one have ended in the statement's snapshot. */
  readonly settled: string;
  /** Number of runs and deletions found, at most one more than the page size. */
  readonly found: number;
  /** The position up to which runs were scanned, or null if all were. */
  readonly scannedXid: string | null;
  readonly scannedId: string | null;
  /** Size of the first run's JSON if it exceeds `maxBytes`. */
  readonly tooLargeBytes: number | null;
  /** The newest forgotten deletion, or null if none was forgotten or the page has no deletions. */
  readonly lastForgotten: ChangePosition | null;
  /** The deletions on the page, or null if it has no deletions. */
  readonly deletions: readonly DeletionRow[] | null;
}

/** The column in the rows' `runs` that is not a property of runs. */
export const changedXidColumn = 'changedXid';

const toStatement = createStatementFactory('task_run_changes', { requiresPrimary: true });

/** Binds a page. In the joined layout, it ends before the run that would make its JSON exceed `maxBytes`. */
export function bindChangePage(
  { scope, deletedTasks, moveScope, kinds, filter, selection, after, until, size }: ChangePageKey,
  layout: PageLayout,
): BoundStatement {
  const { add, values } = createSqlParameters();
  const limit = hideFromPlanner(add(size, 'integer'));
  // Computed in the statement, to use the same snapshot as the rows.
  const settled = `SELECT least(${hideFromPlanner(add(until, 'xid8'))}, pg_snapshot_xmin(pg_current_snapshot())) AS xid`;
  const start = after && `${hideFromPlanner(add(after.xid, 'xid8'))}, ${hideFromPlanner(add(after.id, 'uuid'))}`;
  const seesPayload = payloadVisibleSql(scope, add);
  const { columns, query, jsonBytes, maxBytes } = toPageProjection(selection, layout, add, {
    includesTaskId: true,
    facts: [changedXidColumn],
    isMasked: seesPayload !== null,
  });
  const { scanned, positions: runPositions } =
    kinds === 'deletions'
      ? { scanned: 'SELECT NULL::xid8 AS changed_xid, NULL::uuid AS id', positions: null }
      : scanChanges({
          tasks: tasksByAccess(scope, filter, { terms: noTerms, parameters: { add }, key: 'changed_xid' }),
          after: start,
          until: '(SELECT xid FROM settled)',
          isSearch: splitFilter(filter).search !== noFilter,
          size,
          add,
        });
  const deletions =
    start === null || kinds === 'runs'
      ? null
      : selectDeletions({ scope, deletedTasks, moveScope, after: { xid: after!.xid, position: start }, size, add });
  const { pageRows, runRows, deletionList } = withDeletions(runPositions, deletions, limit);
  const limitedBytes = layout.runs === 'joined' ? jsonBytes : null;
  const cumulativeBytes = limitedBytes ? `sum(${limitedBytes}) OVER (ORDER BY run.changed_xid, run.id)` : '0';
  const joinRuns = (rows: string) => `(${rows}) AS page_row ${joinRunOf('page_row', seesPayload)}`;
  const tooLargeBytes = limitedBytes
    ? `(SELECT (${limitedBytes})::double precision FROM ${joinRuns(runRows('1'))} WHERE NOT EXISTS (SELECT FROM read_run))`
    : 'NULL';
  const text = `
WITH settled AS MATERIALIZED (${settled}),
scanned AS MATERIALIZED (${scanned}),
page_row AS MATERIALIZED (${pageRows}),
read_run AS MATERIALIZED (
  SELECT * FROM (
    SELECT ${columns}, run.changed_xid AS "${changedXidColumn}", ${cumulativeBytes} AS "bytesSoFar"
    FROM ${joinRuns(runRows(limit))}
  ) AS run WHERE "bytesSoFar" <= ${maxBytes} ORDER BY "${changedXidColumn}", id
)
SELECT (SELECT xid FROM settled) AS settled, (SELECT count(*) FROM page_row)::integer AS found,
  (SELECT changed_xid FROM scanned) AS "scannedXid", (SELECT id FROM scanned) AS "scannedId",
  ${tooLargeBytes} AS "tooLargeBytes", ${deletions === null ? 'NULL::json' : lastForgottenSql} AS "lastForgotten", ${deletionList} AS deletions, page.*
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (${textOf(query)}) AS page ON true`;
  return { statement: toStatement(text), values };
}

/**
 * Returns SQL for a page of runs, deletions or both, merged in order. At least one of the two must be given. @param
 * limit SQL
 */
function withDeletions(runPositions: string | null, deletions: string | null, limit: string) {
  const firstRows = (count: string) => `SELECT * FROM page_row LIMIT ${count}`;
  if (deletions === null) {
    return {
      pageRows: runPositions!,
      runRows: firstRows,
      deletionList: 'NULL::json',
    };
  }
  const runs = `SELECT changed_xid, id, NULL::uuid AS task_id, NULL::timestamptz AS deleted_at FROM (${runPositions}) AS run_row`;
  const sources = runPositions === null ? [deletions] : [runs, deletions];
  return {
    pageRows: `SELECT * FROM (${sources.join('\n  UNION ALL ')}) AS change ORDER BY changed_xid, id LIMIT ${limit} + 1`,
    runRows: (count: string) => `SELECT * FROM (${firstRows(count)}) AS change WHERE change.task_id IS NULL`,
    deletionList: `(
    SELECT json_agg(json_build_object('xid', changed_xid, 'runId', id, 'taskId', task_id, 'deletedAt',
      ${timestampSql('deleted_at')}, 'runsBefore', runs_before))
    FROM (
      SELECT *, count(*) FILTER (WHERE task_id IS NULL) OVER (ORDER BY changed_xid, id) AS runs_before
      FROM (${firstRows(limit)}) AS change
    ) AS change WHERE task_id IS NOT NULL
  )`,
  };
}
