// Splits a filter by how its conditions find runs. Conditions on an index's leading columns find a range in it. Other
// conditions that an index decides are tested for each entry in the range. The rest are tested for each run, after the
// search index has narrowed the runs down where it can.

import { limits } from '../../limits.js';
import type { EvaluatedIn, IndexTerms } from './filter-row.js';
import { conditionsByKey, noFilter, type RunFilter } from './run-filter.js';

/** The parts of a filter. A part without conditions is {@link noFilter}. */
export interface FilterParts {
  /** Conditions on the creation time, which form a range in every list index. */
  readonly windowFilter: RunFilter;
  /** Conditions on other leading index columns. */
  readonly leadingFilter: RunFilter;
  /**
   * Other conditions, decided by the entries of task_run_list_idx or tested on the runs that a leading condition finds.
   */
  readonly entryFilter: RunFilter;
  /** The word search. */
  readonly search: RunFilter;
  /** Conditions that require a scan. */
  readonly scanFilter: RunFilter;
  /** Index terms for conditions that require a scan. */
  readonly indexTerms: readonly IndexTerms[];
}

const filterNames = ['windowFilter', 'leadingFilter', 'entryFilter', 'scanFilter'] as const;
type FilterName = (typeof filterNames)[number];
type ByName<Value> = { readonly [Name in FilterName]: Value };

export function splitFilter(filter: RunFilter): FilterParts {
  const conditions: ByName<Record<string, unknown>> = {
    windowFilter: {},
    leadingFilter: {},
    entryFilter: {},
    scanFilter: {},
  };
  const nested: ByName<RunFilter[]> = { windowFilter: [], leadingFilter: [], entryFilter: [], scanFilter: [] };
  const searches: unknown[] = [];
  const indexTerms: IndexTerms[] = [];
  const addParts = (parts: FilterParts) => {
    for (const name of filterNames) if (parts[name] !== noFilter) nested[name].push(parts[name]);
    searches.push(...(parts.search === noFilter ? [] : [parts.search.search]));
    indexTerms.push(...parts.indexTerms);
  };
  for (const [key, value] of Object.entries(filter)) {
    if (key === 'AND') {
      for (const operand of value as readonly RunFilter[]) addParts(splitFilter(operand));
    } else if (key === 'search') {
      searches.push(value);
    } else {
      const condition = conditionsByKey.get(key);
      const implied = condition?.implied?.(value);
      if (implied !== undefined) addParts(splitFilter(implied));
      conditions[partOf(key, value, implied !== undefined)][key] = value;
      indexTerms.push(...(condition?.indexTerms?.(value) ?? []));
    }
  }
  const toFilter = (name: FilterName): RunFilter => {
    if (nested[name].length > 0) conditions[name].AND = nested[name];
    return Object.keys(conditions[name]).length === 0 ? noFilter : conditions[name];
  };
  return {
    windowFilter: toFilter('windowFilter'),
    leadingFilter: toFilter('leadingFilter'),
    entryFilter: toFilter('entryFilter'),
    search: searches.length > 0 ? { search: searches.join(' ') } : noFilter,
    scanFilter: toFilter('scanFilter'),
    indexTerms,
  };
}

/** @param isImplied whether an implied condition finds the runs to test */
function partOf(key: string, value: unknown, isImplied: boolean): FilterName {
  if (key === 'OR') return (value as readonly RunFilter[]).every(isInListIndex) ? 'entryFilter' : 'scanFilter';
  if (key === 'NOT') return isInListIndex(value as RunFilter) ? 'entryFilter' : 'scanFilter';
  const source = sourceOf(key, value);
  if (source === 'table') return 'scanFilter';
  if (source === undefined || isImplied) return 'entryFilter';
  return key === 'createdAfter' || key === 'createdBefore' ? 'windowFilter' : 'leadingFilter';
}

/** Whether the entries of task_run_list_idx decide the filter. No other index helps inside OR and NOT. */
export function isInListIndex(filter: RunFilter): boolean {
  return Object.entries(filter).every(([key, value]) => {
    if (key === 'AND' || key === 'OR') return (value as readonly RunFilter[]).every(isInListIndex);
    if (key === 'NOT') return isInListIndex(value as RunFilter);
    return isInEntries(sourceOf(key, value));
  });
}

function isInEntries(source: EvaluatedIn | undefined): boolean {
  return source === undefined || source === 'any index';
}

function sourceOf(key: string, value: unknown): EvaluatedIn | undefined {
  return conditionsByKey.get(key)!.evaluatedIn?.(value);
}

/** Whether the filter, which may be invalid, requires a scan of runs. */
export function requiresScan(filter: unknown): boolean {
  let nested = -1;
  return hasScan(filter, 0, false);

  /** @param isOptional whether the filter need not hold, in which case a column's index does not help */
  function hasScan(part: unknown, depth: number, isOptional: boolean): boolean {
    if (typeof part !== 'object' || part === null) return false;
    // Larger filters are rejected.
    nested += 1;
    if (depth > limits.filterDepth.value || nested > limits.nestedFilters.value) return false;
    return Object.entries(part).some(([name, value]) => {
      if (value == null) return false;
      if (name === 'NOT') return hasScan(value, depth + 1, true);
      if (name === 'AND' || name === 'OR') {
        return (
          Array.isArray(value) && value.some((operand) => hasScan(operand, depth + 1, isOptional || name === 'OR'))
        );
      }
      const evaluatedIn = conditionsByKey.get(name)?.evaluatedIn?.(value);
      return evaluatedIn === 'table' || (isOptional && !isInEntries(evaluatedIn));
    });
  }
}
