// The statements that count the runs in one list, or in several that differ only in scope.

import { createSqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import { limits } from '../../limits.js';
import { requiresScan } from '../visibility/filter-parts.js';
import { batchKeyOfScope, forEachScope, requestedTaskIds } from '../visibility/requested-scopes.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import { noTerms, type Search, type SearchTerms } from '../visibility/search-terms.js';
import { visibleRuns } from '../visibility/visible-runs.js';

export interface CountKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  /** Search for the filter's runs in the search index. */
  readonly search: Search;
}

/** Returns null for keys that need separate statements. */
export function batchKeyOfCount({ scope, filter }: CountKey): string | null {
  return requiresScan(filter) ? null : `${batchKeyOfScope(scope, filter)} ${JSON.stringify(filter)}`;
}

/** Counts the runs in a scope. */
export function bindCount({ scope, filter, terms }: CountKey & WithTerms): BoundStatement {
  const parameters = createSqlParameters();
  const text = `SELECT count(*)::integer AS count FROM ${visibleRuns(scope, filter, { terms, parameters }, 'run.id')}`;
  // Planned for its values, like statistics, since a generic plan may read the whole table.
  return { statement: { name: 'task_run_count', text, planName: null }, values: parameters.values };
}

/** Counts the runs in several scopes with the same batch key: all of them, or at most one more than `max`. */
export function bindCounts(keys: readonly CountKey[], max?: number): BoundStatement {
  const parameters = createSqlParameters();
  const { scope, filter } = keys[0]!;
  const options = { terms: noTerms, parameters, taskIds: requestedTaskIds };
  const runs = `SELECT FROM ${visibleRuns(scope, filter, options, 'run.id')}`;
  const limit = max === undefined ? '' : ` LIMIT ${parameters.add(max + 1, 'integer')}`;
  const text = `SELECT count(*)::integer AS count FROM (${runs}${limit}) AS run`;
  const scopes = keys.map((key) => key.scope);
  const statement = { name: 'task_run_count', text: forEachScope(scopes, text, parameters), planName: null };
  return { statement, values: parameters.values };
}

interface WithTerms {
  readonly terms: SearchTerms;
}

/** Adds the index terms for a statement that reads every run in a list. */
export async function withTerms<Key extends CountKey>(key: Key): Promise<Key & WithTerms> {
  return { ...key, terms: await key.search.termsUpTo(limits.searchedAggregateRuns.value) };
}
