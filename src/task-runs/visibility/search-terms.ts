// Searches the index of words and values. Before reading any runs, the database returns how many contain the terms. Few
// runs are read through the index, while a page of a large result is filled sooner in list order.

import {
  isSearchable as isSearchableSql,
  keysOfTerms,
  runsWithKeys,
  searchedTables,
} from '../../database/search-index.js';
import { createSqlParameters, type SqlParameters } from '../../database/sql-parameters.js';
import {
  type BoundStatement,
  createStatementFactory,
  hideFromPlanner,
  type Statement,
} from '../../database/statements.js';
import { validationFailed } from '../../errors/validation.js';
import { declareLimit } from '../../limits.js';
import { lazy } from '../../scheduling/lazy.js';
import { splitFilter } from './filter-parts.js';
import type { IndexTerms } from './filter-row.js';
import { narrowTasks } from './narrow-tasks.js';
import { noFilter, type RunFilter } from './run-filter.js';
import type { RunScope } from './run-scope.js';

/** A group of keys for each word and each condition on values. A matching run has at least one key from every group. */
export type SearchTerms = readonly (readonly string[])[];

type RunStatement = <Row extends object>(statement: BoundStatement) => Promise<readonly Row[]>;

interface TermsRow {
  readonly isSearchable: boolean;
  readonly tables: readonly string[];
  readonly keys: SearchTerms;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly PlanNode[];
}

interface PlanRow {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }];
}

export const noTerms: SearchTerms = [];

const toStatement = createStatementFactory('task_run_search_terms');

const searchStateStatement: Statement = {
  name: 'task_run_search_state',
  text: `SELECT ${isSearchableSql} AS "isSearchable"`,
};

export function bindSearchState(): BoundStatement {
  return { statement: searchStateStatement, values: [] };
}

/** An index search for a filter's runs, limited to tasks in which the caller sees all runs. */
export interface Search {
  /** Number of runs that can be tested in about the time that the index takes to count. */
  readonly minTested: number;
  /**
   * Returns the terms if the index has at most `maxRuns` runs with them. Returns none if there are more runs, or if the
   * filter has no terms.
   */
  termsUpTo(maxRuns: number): Promise<SearchTerms>;
}

/** Beyond it, looking up the terms of each task takes longer than testing the newest runs one by one. */
const maxTermsOfTasks = declareLimit(20_000, {
  section: 'Inside',
  name: 'terms of a search, for each visible task',
  beyond: 'runs are tested one by one',
});

function countTerms(search: RunFilter, indexTerms: readonly IndexTerms[]): number {
  const words = typeof search.search === 'string' ? search.search.split(/[^\p{L}\p{N}]+/u).length : 0;
  return words + indexTerms.reduce((sum, { documents }) => sum + documents.length, 0);
}

/** Testing a run takes 50 µs for words and 5 µs for values. */
const minTested = { words: 400, values: 2000 };

export const noSearch: Search = { minTested: Number.POSITIVE_INFINITY, termsUpTo: async () => noTerms };

/** @throws GatewayError VALIDATION_FAILED for a search without its index */
export async function openSearch(scopeOfAll: RunScope, filterOfAll: RunFilter, run: RunStatement): Promise<Search> {
  const { scope, filter } = narrowTasks(scopeOfAll, filterOfAll);
  const { search, indexTerms } = splitFilter(filter);
  if (search === noFilter && indexTerms.length === 0) return noSearch;
  const taskCount = scope.allRunsTaskIds.length;
  const hasTooMany = taskCount * countTerms(search, indexTerms) > maxTermsOfTasks;
  // The state is a row without terms.
  const [row] = await run<TermsRow>(hasTooMany ? bindSearchState() : bindTerms(scope, filter));
  const { isSearchable, tables, keys } = row!;
  if (!isSearchable && search !== noFilter) throw searchDisabled();
  if (!isSearchable || hasTooMany || taskCount === 0) return noSearch;
  const found = lazy(async () => {
    const [plan] = await run<PlanRow>(bindFound(keys, tables));
    return foundRuns(plan!['QUERY PLAN'][0].Plan);
  });
  return {
    minTested: search === noFilter ? minTested.values : minTested.words,
    termsUpTo: async (maxRuns) => ((await found()) <= maxRuns ? keys : noTerms),
  };
}

/** Returns SQL for a FROM clause: the runs that contain the terms. */
export function runsWithTerms(terms: SearchTerms, add: SqlParameters['add']): string {
  return runsWithKeys(hiddenKeys(terms, add));
}

function bindTerms(scope: RunScope, filter: RunFilter): BoundStatement {
  const { search, indexTerms } = splitFilter(filter);
  const { add, values } = createSqlParameters();
  const keys = keysOfTerms(hideFromPlanner(add(scope.allRunsTaskIds, 'uuid[]')), {
    ...(search === noFilter ? {} : { words: add(search.search, 'text') }),
    values: indexTerms.map(({ column, documents }) => ({
      column,
      documents: hideFromPlanner(add(documents, 'jsonb[]')),
    })),
  });
  return {
    statement: toStatement(
      `SELECT ${isSearchableSql} AS "isSearchable", ${searchedTables} AS tables, (${keys}) AS keys`,
    ),
    values,
  };
}

/**
 * Binds a statement that obtains the number of runs from its plan. In each table, the index finds all of them before
 * the first one is read.
 */
function bindFound(terms: SearchTerms, tables: readonly string[]): BoundStatement {
  const { add, values } = createSqlParameters();
  const keys = hiddenKeys(terms, add);
  const limit = hideFromPlanner(add(1, 'integer'));
  const found = tables.map((table) => `(SELECT FROM ${runsWithKeys(keys, table)} AS run LIMIT ${limit})`);
  const text = `EXPLAIN (ANALYZE, TIMING off, FORMAT json)\n${found.join('\nUNION ALL ')}`;
  return { statement: { name: 'task_run_search_count', text, planName: null, isExplain: true }, values };
}

function hiddenKeys(terms: SearchTerms, add: SqlParameters['add']): string[] {
  return terms.map((keys) => hideFromPlanner(add(keys, 'bigint[]')));
}

/** Returns infinity if the index was not used. */
function foundRuns(node: PlanNode): number {
  if (node['Node Type'] === 'Bitmap Index Scan') return node['Actual Rows'];
  const found = (node.Plans ?? []).map(foundRuns);
  if (node['Node Type'] === 'Append') return found.reduce((sum, count) => sum + count, 0);
  return Math.min(Number.POSITIVE_INFINITY, ...found);
}

function searchDisabled() {
  return validationFailed(
    ['filter', 'search'],
    'must be omitted, because search is off until an operator runs task-run-gateway migrate --search on',
  );
}
