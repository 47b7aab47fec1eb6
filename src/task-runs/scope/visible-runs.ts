// The runs of a scope that match a filter, as SQL. Every list, count and statistic reads from here, so that none of
// them can see a run that the caller may not.

import { runsWithTerms, valuesOfDocuments, wordsOfText } from '../../database/search-index.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { type FilterParts, splitFilter } from './filter-parts.js';
import { noFilter, type RunFilter, runConditions } from './run-filter.js';
import type { RunScope } from './run-scope.js';

/** Tasks, and the condition under which the caller sees a run (`run`) of theirs. */
export interface VisibleTasks {
  readonly taskIds: readonly string[];
  readonly condition: string;
}

/**
 * By which index the runs are found that come into question: that of lists or one that a condition has, or the one for
 * searches. It takes that time to find runs that the caller does not see, so that it is not used in tasks with such.
 */
export type CandidateIndex = 'list' | 'search';

/** The same with a condition that an index decides, and one for which the run itself has to be read; '': there is none. */
export interface CandidateTasks extends VisibleTasks {
  readonly tableCondition: string;
  /** SQL for a FROM clause behind the row `task`: the runs among which are those of the task that match. */
  readonly runs: string;
}

/** The scope and the filter by kinds of visibility: one or two, and one without tasks where nothing is visible. */
export function visibleTasks(scope: RunScope, filter: RunFilter, parameters: SqlParameters): VisibleTasks[] {
  return byVisibility(scope, parameters, (seen) => ({
    condition: `${seen}${runConditions(filter, scope.path.projectId, parameters.add)}`,
  }));
}

/** As {@link visibleTasks}, with the filter in two parts. */
export function candidateTasks(
  scope: RunScope,
  filter: RunFilter,
  { index, parameters }: { readonly index: CandidateIndex; readonly parameters: SqlParameters },
): CandidateTasks[] {
  const parts = splitFilter(filter);
  const { indexed, search, table } = parts;
  const { add } = parameters;
  const conditions = (part: RunFilter) => runConditions(part, scope.path.projectId, add);
  return byVisibility(scope, parameters, (seen, seesAll) => {
    const isSearched = index === 'search' && seesAll;
    const looksThrough = table !== noFilter || (search !== noFilter && !isSearched);
    return {
      runs: isSearched ? soughtRuns(parts, add) : 'task_run',
      condition: `${seen}${conditions(indexed)}`,
      tableCondition: looksThrough ? `true${conditions(table)}${isSearched ? '' : conditions(search)}` : '',
    };
  });
}

/**
 * SQL: what a search has to read of the row `task`, whatever its further conditions: all runs that it finds in its index
 * where the caller sees them, and else those of its own that the indexed conditions leave.
 */
export function searchedTasks(
  scope: RunScope,
  parts: FilterParts,
  parameters: SqlParameters,
): { readonly taskIds: readonly string[]; readonly runs: string }[] {
  const { add } = parameters;
  return byVisibility(scope, parameters, (seen, seesAll) => ({
    runs: seesAll
      ? `${soughtRuns(parts, add)} AS run WHERE run.task_id = task.id`
      : `task_run AS run WHERE run.task_id = task.id AND ${seen}${runConditions(parts.indexed, scope.path.projectId, add)} ORDER BY run.created, run.id`,
  }));
}

function soughtRuns({ search, soughtValues }: FilterParts, add: SqlParameters['add']): string {
  return runsWithTerms('task.id', {
    all: search === noFilter ? [] : [wordsOfText(add(search.search, 'text'))],
    any: soughtValues.map(({ column, documents }) => valuesOfDocuments(column, add(documents, 'jsonb[]'))),
  });
}

function byVisibility<Conditions>(
  { allOf, ownOf, userId }: RunScope,
  { add }: SqlParameters,
  conditionsOf: (seen: string, seesAll: boolean) => Conditions,
): (Conditions & { readonly taskIds: readonly string[] })[] {
  const all = allOf.length > 0 || ownOf.length === 0;
  return [
    ...(all ? [{ taskIds: allOf, ...conditionsOf('true', true) }] : []),
    ...(ownOf.length > 0 ? [{ taskIds: ownOf, ...conditionsOf(`run.user_id = ${add(userId, 'uuid')}`, false) }] : []),
  ];
}

/**
 * SQL for a FROM clause: the visible runs as a table of the alias `run`, with the columns of task_run. Its text depends
 * on which conditions are present and on the kinds of visibility, never on values; those go into `parameters`.
 */
export function visibleRuns(
  scope: RunScope,
  filter: RunFilter,
  { index, parameters }: { readonly index: CandidateIndex; readonly parameters: SqlParameters },
): string {
  const sources = candidateTasks(scope, filter, { index, parameters }).map(
    ({ taskIds, runs, condition, tableCondition }) => {
      const ids = parameters.add(taskIds, 'uuid[]');
      const from =
        runs === 'task_run'
          ? `FROM task_run AS run WHERE run.task_id = ANY (${ids}) AND ${condition}`
          : `FROM unnest(${ids}) AS task (id) CROSS JOIN LATERAL ${runs} AS run WHERE run.task_id = task.id AND ${condition}`;
      return tableCondition === ''
        ? `SELECT run.* ${from}`
        : `SELECT run.* FROM (SELECT run.id ${from} OFFSET 0) AS candidate ${runOfCandidate} WHERE ${tableCondition}`;
    },
  );
  return `(${sources.join(' UNION ALL ')}) AS run`;
}

/** SQL: joins the run of the row `candidate`. OFFSET 0: they are looked up one by one, however many the planner estimates. */
export const runOfCandidate = `CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run`;
