// The runs of a scope that match a filter, as SQL. Every list, count and statistic reads from here, so that none of
// them can see a run that the caller may not.

import { runsWithTerms, valuesOfDocuments, wordsOfText } from '../../database/search-index.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { hideFromPlanner } from '../../database/statements.js';
import { type FilterParts, splitFilter } from './filter-parts.js';
import { type OwnRange, ownInOrder, ownRuns } from './own-runs.js';
import { noFilter, type RunFilter, runConditions } from './run-filter.js';
import type { RunScope } from './run-scope.js';

/**
 * By which index the runs are found that come into question: that of lists or one that a condition has, or the one for
 * searches. In tasks of which the caller sees its own runs alone it is always the index of these: any other takes time for
 * runs that the caller does not see.
 */
export type CandidateIndex = 'list' | 'search';

/** Tasks of which the caller sees all runs. */
interface WholeTasks {
  readonly taskIds: readonly string[];
  readonly own: null;
  /** SQL for a FROM clause behind the row `task`: the runs among which are those of the task that match. */
  readonly runs: string;
  /** SQL over `run`, which an index decides. */
  readonly condition: string;
  /** SQL over `run`, for which the run itself has to be read; '': there is none. */
  readonly filterCondition: string;
}

/** Tasks of which the caller sees its own runs alone. */
interface OwnTasks {
  readonly taskIds: readonly string[];
  /** The range in the row `task`. */
  readonly own: OwnRange;
  /** SQL over `run`: what else must hold; '': nothing. */
  readonly condition: string;
}

/** Tasks by what the caller sees of them: one or two kinds, and one without tasks where nothing is visible. */
export type TasksByAccess = WholeTasks | OwnTasks;

interface VisibleOptions {
  readonly index: CandidateIndex;
  readonly parameters: SqlParameters;
  /** In whose order runs of its own are found; `created` where it is omitted. */
  readonly key?: OwnRange['key'];
}

export function tasksByAccess(
  scope: RunScope,
  filter: RunFilter,
  { index, parameters: { add }, key = 'created' }: VisibleOptions,
): TasksByAccess[] {
  const { projectId } = scope.path;
  const whole = (taskIds: readonly string[]): WholeTasks => {
    const parts = splitFilter(filter);
    const { indexFilter, search, scanFilter } = parts;
    const conditions = (part: RunFilter) => runConditions(part, projectId, add);
    const usesSearchIndex = index === 'search';
    const readsTable = scanFilter !== noFilter || (search !== noFilter && !usesSearchIndex);
    return {
      taskIds,
      own: null,
      runs: usesSearchIndex ? runsWithIndexTerms(parts, add) : 'task_run',
      condition: `true${conditions(indexFilter)}`,
      filterCondition: readsTable ? `true${conditions(scanFilter)}${usesSearchIndex ? '' : conditions(search)}` : '',
    };
  };
  const own = (taskIds: readonly string[], userId: string | null): OwnTasks => {
    const range = { taskId: 'task.id', userId: hideFromPlanner(add(userId, 'uuid')), key };
    return { taskIds, ...narrowOwn(range, filter, { add, projectId }) };
  };
  return byAccess<TasksByAccess>(scope, whole, own);
}

function byAccess<Tasks>(
  { allRunsTaskIds, ownRunsTaskIds, userId }: RunScope,
  whole: (taskIds: readonly string[]) => Tasks,
  own: (taskIds: readonly string[], userId: string | null) => Tasks,
): Tasks[] {
  const isWhole = allRunsTaskIds.length > 0 || ownRunsTaskIds.length === 0;
  return [
    ...(isWhole ? [whole(allRunsTaskIds)] : []),
    ...(ownRunsTaskIds.length > 0 ? [own(ownRunsTaskIds, userId)] : []),
  ];
}

/** Narrows a range of own runs to the filter's window where it is in the order of time. The rest is a condition on each run. */
export function narrowOwn(
  range: OwnRange,
  filter: RunFilter,
  { add, projectId }: Pick<SqlParameters, 'add'> & { readonly projectId: string },
): Pick<OwnTasks, 'own' | 'condition'> {
  const { createdAfter, createdBefore, ...others } = filter;
  const isNarrowed = range.key === 'created';
  const bound = (operator: '>=' | '<', moment: unknown) =>
    moment === undefined ? [] : [{ operator, position: hideFromPlanner(add(moment, 'timestamptz')), hasId: false }];
  const window = isNarrowed ? [...bound('>=', createdAfter), ...bound('<', createdBefore)] : [];
  const rest = runConditions(isNarrowed ? others : filter, projectId, add);
  return { own: { ...range, bounds: [...(range.bounds ?? []), ...window] }, condition: rest && `true${rest}` };
}

/**
 * SQL: what a search has to read of the row `task`, whatever its further conditions: all runs that it finds in its index
 * where the caller sees them, and else those of its own that the indexed conditions leave.
 */
export function searchedTasks(
  scope: RunScope,
  parts: FilterParts,
  { add }: SqlParameters,
): { readonly taskIds: readonly string[]; readonly runs: string }[] {
  return byAccess(
    scope,
    (taskIds) => ({ taskIds, runs: `${runsWithIndexTerms(parts, add)} AS run WHERE run.task_id = task.id` }),
    (taskIds, userId) => {
      const range = { taskId: 'task.id', userId: hideFromPlanner(add(userId, 'uuid')), key: 'created' } as const;
      return {
        taskIds,
        runs: ofOwnTasks(narrowOwn(range, parts.indexFilter, { add, projectId: scope.path.projectId })),
      };
    },
  );
}

/** SQL for a FROM clause and what follows it: the matching runs of the row `task` in no order. */
export function ofOwnTasks({ own, condition }: Pick<OwnTasks, 'own' | 'condition'>): string {
  return condition === '' ? `(${ownInOrder(own)}) AS run` : ownRuns(own, condition);
}

function runsWithIndexTerms({ search, indexTerms }: FilterParts, add: SqlParameters['add']): string {
  return runsWithTerms('task.id', {
    all: search === noFilter ? [] : [wordsOfText(add(search.search, 'text'))],
    any: indexTerms.map(({ column, documents }) => valuesOfDocuments(column, add(documents, 'jsonb[]'))),
  });
}

/**
 * SQL for a FROM clause: the visible runs as a table of the alias `run`. Its text depends on which conditions are present
 * and on the kinds of visibility, never on values; those go into `parameters`.
 * @param columns `run.*`, or `run.id` where they are only counted
 */
export function visibleRuns(
  scope: RunScope,
  filter: RunFilter,
  options: Omit<VisibleOptions, 'key'>,
  columns: 'run.*' | 'run.id' = 'run.*',
): string {
  const sources = tasksByAccess(scope, filter, options).map((tasks) => {
    const ids = options.parameters.add(tasks.taskIds, 'uuid[]');
    if (tasks.own !== null) {
      const runs =
        tasks.condition === ''
          ? ownInOrder(tasks.own, columns)
          : `SELECT ${columns} FROM ${ownRuns(tasks.own, tasks.condition)}`;
      return `SELECT visible.* FROM unnest(${ids}) AS task (id) CROSS JOIN LATERAL (${runs}) AS visible`;
    }
    const { runs, condition, filterCondition } = tasks;
    const from =
      runs === 'task_run'
        ? `FROM task_run AS run WHERE run.task_id = ANY (${ids}) AND ${condition}`
        : `FROM unnest(${ids}) AS task (id) CROSS JOIN LATERAL ${runs} AS run WHERE run.task_id = task.id AND ${condition}`;
    return filterCondition === ''
      ? `SELECT ${columns} ${from}`
      : `SELECT ${columns} FROM (SELECT run.id ${from} OFFSET 0) AS candidate ${joinCandidateRun} WHERE ${filterCondition}`;
  });
  return `(${sources.join(' UNION ALL ')}) AS run`;
}

/** SQL: joins the run of the row `candidate`. OFFSET 0: they are looked up one by one, however many the planner estimates. */
export const joinCandidateRun = `CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run`;
