// How many runs a read has to look through, one by one: those that are left by what an index decides. They are counted
// first, no further than the limit, among the runs that the caller sees and nowhere else.

import { isSearchable } from '../../database/search-index.js';
import { createSqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner } from '../../database/statements.js';
import type { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { conditionNames, type FilterParts, splitFilter } from './filter-parts.js';
import { noFilter, type RunFilter } from './run-filter.js';
import type { RunScope } from './run-scope.js';
import { type CandidateIndex, ofOwnTasks, searchedTasks, tasksByAccess } from './visible-runs.js';

type RunStatement = <Row extends object>(statement: BoundStatement) => Promise<readonly Row[]>;

interface SearchRow {
  readonly isSearchable: boolean;
  /** null: there is no search index. */
  readonly count: number | null;
}

const maxSearchMatches = limits.searchedRuns.value;
const toStatement = createStatementFactory('task_run_candidates');
const toSearchStatement = createStatementFactory('task_run_search_candidates');

/** Whether there is a limit to the runs that the filter leaves. */
export function requiresScan(filter: RunFilter): boolean {
  const { search, scanFilter } = splitFilter(filter);
  return search !== noFilter || scanFilter !== noFilter;
}

/**
 * Finds the index by which there are few runs to look through.
 * @param reason what is looked for, beside conditions of the filter
 * @throws GatewayError VALIDATION_FAILED where there are too many by either, and for a search without its index
 */
export async function chooseCandidateIndex(
  scope: RunScope,
  filter: RunFilter,
  run: RunStatement,
  reason?: string,
): Promise<CandidateIndex> {
  const parts = splitFilter(filter);
  const { indexFilter, scanFilter } = parts;
  const isSearch = parts.search !== noFilter;
  if (isSearch || parts.indexTerms.length > 0) {
    const [row] = await run<SearchRow>(bindSearchCandidates(scope, parts));
    if (isSearch && !row!.isSearchable) throw searchDisabled();
    if (row!.count !== null && row!.count <= maxSearchMatches) return 'search';
  }
  const max = isSearch ? maxSearchMatches : limits.candidates.value;
  const [row] = await run<{ readonly count: number }>(bindCandidates(scope, indexFilter, max));
  if (row!.count <= max) return 'list';
  throw isSearch
    ? tooManySearchMatches()
    : tooManyCandidates([...conditionNames(scanFilter), ...(reason ? [reason] : [])]);
}

/** @param max they are counted no further than one more */
export function bindCandidates(scope: RunScope, indexFilter: RunFilter, max: number): BoundStatement {
  const { add, values } = createSqlParameters();
  const limit = hideFromPlanner(add(max + 1, 'integer'));
  // In the order of an index, up to a limit that the planner cannot see: then it does not take reading the table for cheaper.
  const limitedRangesSql = tasksByAccess(scope, indexFilter, { index: 'list', parameters: { add, values } }).map(
    (tasks) => {
      const runs =
        tasks.own === null
          ? `task_run AS run WHERE run.task_id = task.id AND ${tasks.condition} ORDER BY run.created, run.id`
          : ofOwnTasks(tasks);
      return limitedRunsSql(hideFromPlanner(add(tasks.taskIds, 'uuid[]')), runs, limit);
    },
  );
  return { statement: toStatement(`SELECT ${countOf(limitedRangesSql, limit)} AS count`), values };
}

export function bindSearchCandidates(scope: RunScope, parts: FilterParts): BoundStatement {
  const { add, values } = createSqlParameters();
  const limit = hideFromPlanner(add(maxSearchMatches + 1, 'integer'));
  const limitedRangesSql = searchedTasks(scope, parts, { add, values }).map(({ taskIds, runs }) =>
    limitedRunsSql(hideFromPlanner(add(taskIds, 'uuid[]')), runs, limit),
  );
  const text = `SELECT "isSearchable", CASE WHEN "isSearchable" THEN ${countOf(limitedRangesSql, limit)} END AS count
FROM (SELECT ${isSearchable} AS "isSearchable") AS state`;
  return { statement: toSearchStatement(text), values };
}

function limitedRunsSql(taskIds: string, runs: string, limit: string): string {
  return `
  SELECT FROM unnest(${taskIds}) AS task (id)
  CROSS JOIN LATERAL (
    SELECT FROM ${runs} LIMIT ${limit}
  ) AS run`;
}

function countOf(limitedRangesSql: readonly string[], limit: string): string {
  return `(SELECT count(*)::integer FROM (SELECT FROM (${limitedRangesSql.join('\n  UNION ALL')}) AS run LIMIT ${limit}) AS candidate)`;
}

function tooManyCandidates(conditionNames: readonly string[]): GatewayError {
  const max = limits.candidates.value.toLocaleString('en');
  return validationFailed(
    ['filter', 'createdAfter'],
    `is required, or must be later: filtering by ${[...new Set(conditionNames)].join(', ')} scans at most ${max} runs; createdBefore, taskId and other conditions narrow them down as well`,
  );
}

function tooManySearchMatches(): GatewayError {
  const max = maxSearchMatches.toLocaleString('en');
  return validationFailed(
    ['filter', 'createdAfter'],
    `is required, or must be later: more than ${max} runs contain all words of search, and at most ${max} of those that match the other conditions are scanned; createdBefore, taskId and further words narrow them down as well`,
  );
}

function searchDisabled(): GatewayError {
  return validationFailed(
    ['filter', 'search'],
    'must be omitted: search is off until an operator runs task-run-gateway migrate --search on',
  );
}
