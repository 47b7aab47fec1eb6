// Splits a filter. Conditions that task_run_list_idx or another index decides are cheap, even if few runs match. The
// other conditions require a scan of runs, which the search index may narrow down.

import { limits } from '../../limits.js';
import type { IndexTerms } from './filter-row.js';
import { conditionsByKey, noFilter, type RunFilter } from './run-filter.js';

export interface FilterParts {
  readonly indexFilter: RunFilter;
  /** The search for words; {@link noFilter}: there is none. */
  readonly search: RunFilter;
  /** The conditions that require a scan; {@link noFilter}: there are none. */
  readonly scanFilter: RunFilter;
  /** The index terms of conditions that require a scan. */
  readonly indexTerms: readonly IndexTerms[];
}

export function splitFilter(filter: RunFilter): FilterParts {
  const indexFilter: Record<string, unknown> = {};
  const searches: unknown[] = [];
  const scanFilter: Record<string, unknown> = {};
  const indexTerms: IndexTerms[] = [];
  for (const [key, value] of Object.entries(filter)) {
    if (key === 'AND') {
      const parts = (value as readonly RunFilter[]).map(splitFilter);
      addConjunction(
        indexFilter,
        parts.map((each) => each.indexFilter),
      );
      searches.push(...parts.flatMap(({ search }) => search.search ?? []));
      indexTerms.push(...parts.flatMap((each) => each.indexTerms));
      addConjunction(
        scanFilter,
        parts.map((each) => each.scanFilter),
      );
    } else if (key === 'search') {
      searches.push(value);
    } else {
      (isIndexed(key, value, 'own index') ? indexFilter : scanFilter)[key] = value;
      indexTerms.push(...(conditionsByKey.get(key)?.indexTerms?.(value) ?? []));
    }
  }
  const search = searches.length > 0 ? { search: searches.join(' ') } : noFilter;
  return { indexFilter: emptyToNoFilter(indexFilter), search, scanFilter: emptyToNoFilter(scanFilter), indexTerms };
}

/** Whether the filter, which need not be valid, requires a scan of runs. */
export function requiresScan(filter: unknown): boolean {
  let nested = -1;
  return hasScan(filter, 0, false);

  /** @param isOptional whether the filter need not hold, so that the index of a column does not help */
  function hasScan(part: unknown, depth: number, isOptional: boolean): boolean {
    if (typeof part !== 'object' || part === null) return false;
    // A larger filter is rejected.
    nested += 1;
    if (depth > limits.filterDepth.value || nested > limits.nestedFilters.value) return false;
    return Object.entries(part).some(([name, value]) => {
      if (value == null) return false;
      if (name === 'NOT') return hasScan(value, depth + 1, true);
      if (name === 'AND' || name === 'OR') {
        return Array.isArray(value) && value.some((each) => hasScan(each, depth + 1, isOptional || name === 'OR'));
      }
      const evaluatedIn = conditionsByKey.get(name)?.evaluatedIn?.(value);
      return evaluatedIn === 'table' || (isOptional && evaluatedIn !== undefined);
    });
  }
}

function isIndexed(key: string, value: unknown, ...alsoIndexed: readonly string[]): boolean {
  if (key === 'AND' || key === 'OR') return (value as readonly RunFilter[]).every(isInListIndex);
  if (key === 'NOT') return isInListIndex(value as RunFilter);
  const evaluatedIn = value === null ? undefined : conditionsByKey.get(key)!.evaluatedIn?.(value);
  return evaluatedIn === undefined || alsoIndexed.includes(evaluatedIn);
}

/** Whether task_run_list_idx decides the filter. The index of a column does not help inside of OR and NOT. */
export function isInListIndex(filter: RunFilter): boolean {
  return Object.entries(filter).every(([key, value]) => isIndexed(key, value));
}

function addConjunction(filter: Record<string, unknown>, parts: readonly RunFilter[]): void {
  const all = parts.filter((part) => part !== noFilter);
  if (all.length > 0) filter.AND = all;
}

function emptyToNoFilter(filter: RunFilter): RunFilter {
  return Object.keys(filter).length === 0 ? noFilter : filter;
}
