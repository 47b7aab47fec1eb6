// SQL for the runs in a scope that match a filter. Every list, count and statistic uses it, so that none of them can
// include a run that the caller may not see.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { hideFromPlanner } from '../../database/statements.js';
import type { RunRequest } from '../columns/columnar-run.js';
import { isInListIndex, splitFilter } from './filter-parts.js';
import type { ScopeProjects } from './filter-row.js';
import { narrowTasks } from './narrow-tasks.js';
import { type OwnRunsRange, ownRuns, ownRunsInOrder } from './own-runs.js';
import { noFilter, type RunFilter, runConditions } from './run-filter.js';
import type { RunScope } from './run-scope.js';
import { runsWithTerms, type SearchTerms } from './search-terms.js';

/** Tasks in which the caller sees all runs. */
interface WholeTasks {
  readonly taskIds: readonly string[];
  readonly ownRange: null;
  /** SQL for a FROM clause: a superset of the tasks' matching runs. */
  readonly runs: string;
  /** SQL condition over `run` that forms an index range. */
  readonly condition: string;
  /**
   * SQL condition over `run` that the range's task_run_list_idx entries decide, or '' if there is no such condition.
   */
  readonly entryCondition: string;
  /** SQL condition over `run` that requires reading the run, or '' if there is no such condition. */
  readonly filterCondition: string;
}

/** Tasks in which the caller sees only their own runs. */
interface OwnTasks {
  readonly taskIds: readonly string[];
  /** The range in the row `task`. */
  readonly ownRange: OwnRunsRange;
  /** SQL for additional conditions over `run`, or '' if there are no more. */
  readonly condition: string;
}

/** Tasks grouped by the caller's run access: one or two kinds, or one without tasks if nothing is visible. */
export type TasksByAccess = WholeTasks | OwnTasks;

export interface VisibleOptions {
  /**
   * The index terms. Without terms, the search is tested run by run. In tasks where the caller sees only their own runs
   * this is always the case, because the index would spend time on runs that the caller does not see.
   */
  readonly terms: SearchTerms;
  readonly parameters: Pick<SqlParameters, 'add'>;
  /** SQL for the task ids. Defaults to those of the scope, as parameters. */
  readonly taskIds?: { readonly all: string; readonly own: string };
  /** The key that orders own runs. Defaults to `created`. */
  readonly key?: OwnRunsRange['key'];
}

export function tasksByAccess(
  scopeOfAll: RunScope,
  filterOfAll: RunFilter,
  { terms, parameters: { add }, key = 'created', taskIds: requestedIds }: VisibleOptions,
): TasksByAccess[] {
  const { scope, filter } = narrowedUnless(requestedIds !== undefined, scopeOfAll, filterOfAll);
  const { allRunsTaskIds, ownRunsTaskIds, userId } = scope;
  // Which kinds of tasks there are does not depend on the filter, so neither do the indexes that are read.
  const hasOwn = scopeOfAll.ownRunsTaskIds.length > 0;
  const hasWhole = scopeOfAll.allRunsTaskIds.length > 0 || !hasOwn;
  const projects = projectsOf(scope);
  const whole = (taskIds: readonly string[]): WholeTasks => {
    if (terms.length === 0)
      return { taskIds, ownRange: null, runs: 'task_run', ...rangeConditions(filter, { add, projects }) };
    const { windowFilter, leadingFilter, entryFilter, scanFilter } = splitFilter(filter);
    const conditions = [windowFilter, leadingFilter, entryFilter, scanFilter].map((part) =>
      runConditions(part, projects, add),
    );
    return {
      ...{ taskIds, ownRange: null, runs: runsWithTerms(terms, add), condition: `true${conditions.join('')}` },
      ...{ entryCondition: '', filterCondition: '' },
    };
  };
  const own = (taskIds: readonly string[]): OwnTasks => {
    const range = { taskId: 'task.id', userId: hideFromPlanner(add(userId, 'uuid')), key, bounds: [] };
    return { taskIds, ...narrowOwnRuns(range, filter, { add, projects }) };
  };
  return [...(hasWhole ? [whole(allRunsTaskIds)] : []), ...(hasOwn ? [own(ownRunsTaskIds)] : [])];
}

/** A statement whose task ids are given reads the tasks that its caller has narrowed. */
function narrowedUnless(hasTaskIds: boolean, scope: RunScope, filter: RunFilter) {
  return hasTaskIds ? { scope, filter } : narrowTasks(scope, filter);
}

export function projectsOf({ path, projectIdByTask }: RunScope): ScopeProjects {
  return path.projectId ?? projectIdByTask!;
}

/** Returns the conditions on the runs of a task in which the caller sees all runs. */
export function rangeConditions(
  filter: RunFilter,
  { add, projects }: Pick<SqlParameters, 'add'> & { readonly projects: ScopeProjects },
): Pick<WholeTasks, 'condition' | 'entryCondition' | 'filterCondition'> {
  const { windowFilter, leadingFilter, entryFilter, scanFilter, search } = splitFilter(filter);
  const leads = leadingFilter !== noFilter;
  const conditions = (...parts: readonly RunFilter[]) => {
    const sql = parts.map((part) => runConditions(part, projects, add)).join('');
    return sql && `true${sql}`;
  };
  return {
    condition: conditions(windowFilter, leadingFilter) || 'true',
    // A leading condition's range is in a different index, which lacks the entries' columns.
    entryCondition: leads ? '' : conditions(entryFilter),
    filterCondition: conditions(leads ? entryFilter : noFilter, scanFilter, search),
  };
}

/** Returns the condition to test on each run in a range, and whether the entries of task_run_list_idx decide it. */
export function rangeTest({
  entryCondition,
  filterCondition,
}: Pick<WholeTasks, 'entryCondition' | 'filterCondition'>): {
  readonly condition: string;
  readonly isInEntries: boolean;
} {
  const conditions = [entryCondition, filterCondition].filter((condition) => condition !== '');
  return { condition: conditions.join(' AND '), isInEntries: filterCondition === '' };
}

/** Returns all conditions on a task's runs, as SQL over `run`. */
export function conditionsOf(tasks: TasksByAccess): string[] {
  const { condition } = tasks;
  const all = tasks.ownRange === null ? [condition, tasks.entryCondition, tasks.filterCondition] : [condition];
  return all.filter((conditionSql) => conditionSql !== '');
}

/**
 * Narrows a range of own runs to the filter's period if the range is ordered by time. Other conditions are tested on
 * each run.
 */
export function narrowOwnRuns(
  range: OwnRunsRange,
  filter: RunFilter,
  { add, projects }: Pick<SqlParameters, 'add'> & { readonly projects: ScopeProjects },
): Pick<OwnTasks, 'ownRange' | 'condition'> {
  const { createdAfter, createdBefore, ...others } = filter;
  const isNarrowed = range.key === 'created';
  const bound = (operator: '>=' | '<', moment: unknown) =>
    moment === undefined ? [] : [{ operator, position: hideFromPlanner(add(moment, 'timestamptz')), hasId: false }];
  const window = isNarrowed ? [...bound('>=', createdAfter), ...bound('<', createdBefore)] : [];
  const rest = runConditions(isNarrowed ? others : filter, projects, add);
  return { ownRange: { ...range, bounds: [...range.bounds, ...window] }, condition: rest && `true${rest}` };
}

/**
 * Returns SQL for a FROM clause: the visible runs as a table with the alias `run`. Its text depends on which conditions
 * and kinds of visibility are present, never on values, which are added to `parameters`.
 * @param columns `run.*`, or `run.id` if runs are only counted
 */
export function visibleRuns(
  scope: RunScope,
  filter: RunFilter,
  options: Omit<VisibleOptions, 'key'>,
  columns: 'run.*' | 'run.id' = 'run.*',
): string {
  const sources = tasksByAccess(scope, filter, options).map((tasks) => {
    const ids =
      options.taskIds?.[tasks.ownRange === null ? 'all' : 'own'] ?? options.parameters.add(tasks.taskIds, 'uuid[]');
    if (tasks.ownRange !== null) {
      const runs =
        tasks.condition === ''
          ? ownRunsInOrder(tasks.ownRange, columns)
          : `SELECT ${columns} FROM ${ownRuns(tasks.ownRange, tasks.condition)}`;
      return `SELECT visible.* FROM unnest(${ids}) AS task (id) CROSS JOIN LATERAL (${runs}) AS visible`;
    }
    const conditions = conditionsOf(tasks).join(' AND ');
    return `SELECT ${columns} FROM ${tasks.runs} AS run WHERE run.task_id = ANY (${ids}) AND ${conditions}`;
  });
  return `(${sources.join(' UNION ALL ')}) AS run`;
}

/** The tasks and period of visible runs, for additional reads of the same runs. */
export interface RunRange {
  /** Whether the range includes every failed run of the tasks. */
  readonly hasAllFailures: boolean;
  /** Returns SQL for the task ids. */
  taskIds(): string;
  /** Returns SQL conditions over a row of runs, each beginning with AND. */
  within(row: string): string;
}

/**
 * Returns the range of {@link visibleRuns} if task_run_list_idx finds its runs, or null if they are read from the
 * table.
 */
export function indexedRange(
  scopeOfAll: RunScope,
  filterOfAll: RunFilter,
  { terms, parameters: { add }, taskIds }: Omit<VisibleOptions, 'key'>,
): RunRange | null {
  const { scope, filter } = narrowedUnless(taskIds !== undefined, scopeOfAll, filterOfAll);
  const { allRunsTaskIds } = scope;
  if (scopeOfAll.ownRunsTaskIds.length > 0 || terms.length > 0 || !isInListIndex(filter)) return null;
  const { createdAfter, createdBefore } = filter;
  return {
    hasAllFailures: Object.keys(filter).every((key) => key === 'isError' || key === 'isErrorIn'),
    taskIds: () => taskIds?.all ?? add(allRunsTaskIds, 'uuid[]'),
    within: (row) =>
      Object.entries({ '>=': createdAfter, '<': createdBefore })
        .filter(([, moment]) => moment !== undefined)
        .map(([operator, moment]) => ` AND ${row}.created ${operator} ${add(moment, 'timestamptz')}`)
        .join(''),
  };
}

/**
 * Returns SQL over `task_run` for whether the caller sees the payload of a run in their scope, or null if they see the
 * payload of all of them.
 */
export function payloadVisibleSql({ withheld }: RunScope, add: SqlParameters['add']): string | null {
  if (withheld === undefined) return null;
  const tasks = hideFromPlanner(add(Object.keys(withheld.missingRoles), 'uuid[]'));
  const isWithheldTask = `task_run.task_id = ANY (${tasks}::uuid[])`;
  const { userId } = withheld;
  if (userId === null) return `(NOT ${isWithheldTask})`;
  return `(NOT ${isWithheldTask} OR coalesce(task_run.user_id = ${hideFromPlanner(add(userId, 'uuid'))}, false))`;
}

/** Returns the parts of a request for the runs in a scope: their locations, and why their payload is withheld. */
export function runRequestIn({
  path,
  projectIdByTask,
  withheld,
}: RunScope): Pick<RunRequest, 'path' | 'projectIdByTask' | 'withheldOf'> {
  return {
    path,
    ...(projectIdByTask && { projectIdByTask }),
    ...(withheld && { withheldOf: (taskId) => ({ missing: withheld.missingRoles[taskId]! }) }),
  };
}
