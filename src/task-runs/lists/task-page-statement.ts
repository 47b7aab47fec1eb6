// The statement for task pages, together with the facts that decide whether the caller may see them. The caller's role
// determines which of a task's runs are on the page: all, the caller's own, or none. Statement and policy apply the
// same rules.

import { column, over, sql, textOf } from '../../database/fragment.js';
import { type KeyColumn, KeyedStatement, type RequestRows } from '../../database/keyed-statement.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import type { RunsRow } from '../columns/columnar-run.js';
import { type RunSelection, sizedPreview } from '../columns/field-groups.js';
import { type PageLayout, runsAtPositions, toPageProjection, withinBytes } from '../columns/page-layout.js';
import { readsJson } from '../columns/projection.js';
import type { TaskPath } from '../columns/run-path.js';
import { pathJoins, seesPayloadOfAll, seesUsageOfAll } from '../visibility/roles-in-sql.js';
import { noFilter, type RunFilter } from '../visibility/run-filter.js';
import type { TaskAccess } from '../visibility/run-scope.js';
import type { ScopeKey } from '../visibility/scope-statement.js';
import { narrowOwnRuns, rangeConditions, rangeTest } from '../visibility/visible-runs.js';
import { limitsPerTask } from './bounded-range.js';
import { createPageQuery, endTested, type PagePositions, type ScanEndRow, selectPage } from './page-query.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';

/** A page of the task identified by `path`. */
export interface TaskPageKey extends ScopeKey {
  readonly path: TaskPath;
  /** The subject in the form stored as a run's executor, or null if it executes no runs. */
  readonly userId: string | null;
  readonly filter: RunFilter;
  readonly page: PageRequest;
  readonly selection: RunSelection;
  /**
   * The runs that an analyst gets if no other role sees all of the task's runs: `all` of them, with payload if visible,
   * or the analyst's `own`, for lists about payload. Omitted for none.
   */
  readonly analystRuns?: 'all' | 'own';
  /** Maximum number of runs to test against the filter. */
  readonly maxTested: number;
}

/** A result row: a page or, in the `single` layout, one of its runs. */
export type TaskPageRow = TaskAccess &
  ScanEndRow &
  Omit<RunsRow, 'runs'> & {
    /** The runs, or null if their JSON is too large or, in the `single` layout, if there are no runs. */
    readonly runs: RunsRow['runs'] | null;
  };

/** Whether the same statement can read other callers' pages too. */
export function isBatchable({ filter, selection }: TaskPageKey): boolean {
  return filter === noFilter && selection.pointers.length === 0;
}

/** Returns a key for the SQL of the statement. Batchable keys with the same SQL share a statement. */
export function batchKeyOfTaskPage({ page, selection, analystRuns }: TaskPageKey): string {
  const bounds = boundsOf(page).map(({ end, operator }) => end + operator);
  return [readsAscending(page), ...bounds, selection.fieldGroups, ...(analystRuns ? [analystRuns] : [])].join();
}

/** Returns the key for pages with any filter and JSON Pointers, which are part of the SQL. */
export function batchKeyOfFilteredPage(key: TaskPageKey): string {
  const { filter, path, selection } = key;
  const own = isBatchable(key) ? '' : JSON.stringify([filter, path.projectId, selection.pointers]);
  return `${batchKeyOfTaskPage(key)} ${own}`;
}

const statement = new KeyedStatement<TaskPageKey>('task_run_pages_by_task');

/** Binds the statement to one key, or to several with the same text. */
export function bindTaskPages(keys: readonly TaskPageKey[], layout: PageLayout): BoundStatement {
  const [first] = keys as [TaskPageKey];
  const variant = isBatchable(first) ? `${batchKeyOfTaskPage(first)} ${layout.runs}` : null;
  const constants = readsJson(first.selection) ? [layout.maxBytes] : [];
  return statement.bind(keys, variant, constants, () => ({
    columns: keyColumnsOf(first),
    isSingle: false,
    constantTypes: constants.map(() => 'bigint'),
    compose: (request, [maxBytes], add) => compose(first, layout, request, maxBytes, add),
  }));
}

/** @param maxBytes SQL, or undefined if no JSON is read */
function compose(
  { path: { projectId }, filter, page, selection, analystRuns }: TaskPageKey,
  layout: PageLayout,
  request: RequestRows,
  maxBytes: string | undefined,
  add: SqlParameters['add'],
): string {
  const isForAnalyst = analystRuns === 'all';
  const previewLength =
    selection.fieldGroups & sizedPreview ? { previewLength: column('request', 'preview_length') } : {};
  const projection = toPageProjection(selection, layout, add, { ...previewLength, isMasked: isForAnalyst }, maxBytes);
  const conditions = rangeConditions(filter, { add, projects: projectId });
  const { ownRange, condition: ownCondition } = narrowOwnRuns(
    {
      taskId: 'task.id',
      userId: 'request.user_id',
      key: 'created',
      bounds: [],
      condition: analystRuns === 'own' ? `NOT (${seesPayload})` : `NOT ${seesUsage}`,
    },
    filter,
    { add, projects: projectId },
  );
  const query = createPageQuery(page, {
    limit: 'request.size',
    positionOf: (end) => `request.${end}_created, request.${end}_id`,
  });
  // Conditions without a column of `run` are evaluated once, so that the other range is not read.
  const range = {
    taskId: 'task.id',
    condition: `${isForAnalyst ? seesUsage : seesPayload} AND ${conditions.condition}`,
  };
  const selectRanges = (columns: string) =>
    `(${query.selectRange(columns, range)})\n    UNION ALL (${query.selectOwnRuns(columns, ownRange)})`;
  const selectTested = () => {
    const { condition, isInEntries } = rangeTest(conditions);
    const test = { condition, max: isInEntries ? 'request.max_entries' : 'request.max_runs' };
    const ownTest = { condition: ownCondition, max: 'request.max_runs' };
    return `(${query.selectTested(range, test)})\n    UNION ALL (${query.selectTestedOwn(ownRange, ownTest)})`;
  };
  const found: PagePositions =
    ownCondition === '' ? { positions: selectRanges('run.created, run.id') } : endTested(selectTested(), query);
  const runs =
    filter === noFilter && !isForAnalyst
      ? `read_run AS MATERIALIZED (${selectRanges(projection.columns)})`
      : runsAtPositions(
          found.positions,
          projection,
          isForAnalyst ? `(${seesPayload} OR coalesce(task_run.user_id = request.user_id, false))` : null,
        );
  const text = sql`
SELECT task.id AS "taskId", task.run_visibility AS visibility, project.id IS NOT NULL AS "isProject",
  coalesce(granted.roles, 0) AS roles, page.*
FROM ${request.from}
${pathJoins}
LEFT JOIN LATERAL (${selectPage(found, runs, withinBytes(projection, layout))}) AS page ON true
ORDER BY request.position`;
  return textOf(over([request], text));
}

const { sql: seesPayload } = seesPayloadOfAll;
const { sql: seesUsage } = seesUsageOfAll;

const baseKeyColumns: readonly KeyColumn<TaskPageKey>[] = [
  ['org_id', 'uuid', ({ path }) => path.orgId],
  ['project_id', 'uuid', ({ path }) => path.projectId],
  ['task_id', 'uuid', ({ path }) => path.taskId],
  ['subject', 'text', ({ subject }) => subject],
  ['user_id', 'uuid', ({ userId }) => userId],
  ['size', 'integer', ({ page }) => page.size + 1],
];

const testColumns: readonly KeyColumn<TaskPageKey>[] = [
  ['max_runs', 'bigint', ({ maxTested }) => limitsPerTask(maxTested).runs],
  ['max_entries', 'bigint', ({ maxTested }) => limitsPerTask(maxTested).entries],
];

function keyColumnsOf({ filter, page, selection }: TaskPageKey): readonly KeyColumn<TaskPageKey>[] {
  const bounds = boundsOf(page).flatMap<KeyColumn<TaskPageKey>>(({ end }) => [
    [`${end}_created`, 'timestamptz', (key) => key.page[end]!.created],
    [`${end}_id`, 'uuid', (key) => key.page[end]!.id],
  ]);
  const previews: KeyColumn<TaskPageKey>[] =
    selection.fieldGroups & sizedPreview ? [['preview_length', 'integer', (key) => key.selection.previewLength]] : [];
  return [...baseKeyColumns, ...(filter === noFilter ? [] : testColumns), ...bounds, ...previews];
}
