// A filter in parts. What task_run_list_idx or an index of its own decides is cheap, however little it matches; for the
// rest the runs themselves have to be read, so of those there may be only so many. Some of it the search index may narrow down.

import type { SoughtValues } from './filter-row.js';
import { conditionsByKey, noFilter, type RunFilter } from './run-filter.js';

export interface FilterParts {
  readonly indexed: RunFilter;
  /** Of all words that are searched for; {@link noFilter}: none are. */
  readonly search: RunFilter;
  /** {@link noFilter}: no run has to be read to decide whether it matches. */
  readonly table: RunFilter;
  /** Of conditions of the table, what the search index may have. */
  readonly soughtValues: readonly SoughtValues[];
}

export function splitFilter(filter: RunFilter): FilterParts {
  const indexed: Record<string, unknown> = {};
  const searches: unknown[] = [];
  const table: Record<string, unknown> = {};
  const soughtValues: SoughtValues[] = [];
  for (const [key, value] of Object.entries(filter)) {
    if (key === 'AND') {
      const parts = (value as readonly RunFilter[]).map(splitFilter);
      addAll(
        indexed,
        parts.map((each) => each.indexed),
      );
      searches.push(...parts.flatMap(({ search }) => search.search ?? []));
      soughtValues.push(...parts.flatMap((each) => each.soughtValues));
      addAll(
        table,
        parts.map((each) => each.table),
      );
    } else if (key === 'search') {
      searches.push(value);
    } else {
      (isIndexed(key, value, 'own index') ? indexed : table)[key] = value;
      soughtValues.push(...(conditionsByKey.get(key)?.soughtValues?.(value) ?? []));
    }
  }
  const search = searches.length > 0 ? { search: searches.join(' ') } : noFilter;
  return { indexed: orNone(indexed), search, table: orNone(table), soughtValues };
}

/** Names of the conditions of a part. */
export function namesOf({ AND, ...others }: RunFilter): string[] {
  return [...Object.keys(others), ...((AND ?? []) as readonly RunFilter[]).flatMap(namesOf)];
}

function isIndexed(key: string, value: unknown, ...also: readonly string[]): boolean {
  if (key === 'AND' || key === 'OR') return (value as readonly RunFilter[]).every(isInList);
  if (key === 'NOT') return isInList(value as RunFilter);
  const decidedIn = value === null ? undefined : conditionsByKey.get(key)!.decidedIn?.(value);
  return decidedIn === undefined || also.includes(decidedIn);
}

/** An index of its own does not help where a condition need not hold. */
function isInList(filter: RunFilter): boolean {
  return Object.entries(filter).every(([key, value]) => isIndexed(key, value));
}

function addAll(filter: Record<string, unknown>, parts: readonly RunFilter[]): void {
  const all = parts.filter((part) => part !== noFilter);
  if (all.length > 0) filter.AND = all;
}

function orNone(filter: RunFilter): RunFilter {
  return Object.keys(filter).length === 0 ? noFilter : filter;
}
