// How many runs a list or a statistic is expected to go over, by its arguments alone: before anybody knows whether the caller
// may see them, and whether there are any.

import { parseDateTime } from '../../dates/parse-date-time.js';
import { limits } from '../../limits.js';
import type { RunCounts } from './run-counts.js';
import { conditionsByKey } from './run-filter.js';

/** As the client sent them, of any form. */
export type ScopeArguments = Readonly<Record<string, unknown>>;

export interface ScopeSizes {
  /** Runs in the task or the project, within the filter's window of time. */
  runs(scope: ScopeArguments): number;
  /** The runs that are scanned or sorted for a page. */
  scannedRuns(scope: ScopeArguments): number;
}

/** @param now milliseconds since 1970 */
export function createScopeSizes(counts: () => RunCounts, now: () => number): ScopeSizes {
  const runs = ({ taskId, filter }: ScopeArguments) => {
    const { ofTask, ofProject, oldest, newest } = counts();
    const share = shareOfWindow(toObject(filter), { oldest, newest, now: now() });
    return (taskId == null ? ofProject : ofTask) * share;
  };
  return {
    runs,
    scannedRuns(scope) {
      const { orderBy = 'CREATED_DESC', filter } = scope;
      if (typeof orderBy === 'string' && !orderBy.startsWith('CREATED_')) return runs(scope);
      return requiresScan(filter) ? Math.min(runs(scope), limits.scannedRuns.value) : 0;
    },
  };
}

interface Times {
  readonly oldest: number;
  readonly newest: number;
  readonly now: number;
}

/** Of all runs, as if they were created at an even pace. */
function shareOfWindow({ createdAfter, createdBefore }: ScopeArguments, { oldest, newest, now }: Times): number {
  const from = toTime(createdAfter, now);
  const to = toTime(createdBefore, now);
  if (newest <= oldest || (from === null && to === null)) return 1;
  const length = (to ?? Math.max(now, newest)) - (from ?? oldest);
  return Math.max(0, Math.min(1, length / (newest - oldest)));
}

/** null where there is none, or one that is rejected later. */
function toTime(text: unknown, now: number): number | null {
  if (typeof text !== 'string') return null;
  try {
    return Date.parse(parseDateTime(text).at(now));
  } catch {
    return null;
  }
}

/**
 * Whether runs have to be read to decide the filter, before it is known whether it is valid.
 * @param isOptional an index of its own does not help where a condition need not hold
 */
function requiresScan(filter: unknown, isOptional = false, depth = 0, nested = { filters: 0 }): boolean {
  // It is rejected later.
  nested.filters += 1;
  if (depth > limits.filterDepth.value || nested.filters > limits.nestedFilters.value) return false;
  return Object.entries(toObject(filter)).some(([name, value]) => {
    if (value == null) return false;
    if (name === 'AND' || name === 'OR') {
      return (
        Array.isArray(value) && value.some((each) => requiresScan(each, isOptional || name === 'OR', depth + 1, nested))
      );
    }
    if (name === 'NOT') return requiresScan(value, true, depth + 1, nested);
    const evaluatedIn = conditionsByKey.get(name)?.evaluatedIn?.(value);
    return evaluatedIn === 'table' || (isOptional && evaluatedIn !== undefined);
  });
}

function toObject(value: unknown): ScopeArguments {
  return typeof value === 'object' && value !== null ? (value as ScopeArguments) : {};
}
