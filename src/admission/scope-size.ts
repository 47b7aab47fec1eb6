// Estimates how many runs a list or statistic scans. Uses only its arguments, before it is known whether the caller may
// see the runs or whether there are any.

import { parseDateTime } from '../dates/parse-date-time.js';
import { limits } from '../limits.js';
import type { Variables } from './field-arguments.js';
import type { RunCounts } from './run-counts.js';

/** The sizes of scopes, given the arguments of a list or statistic, which may be invalid. */
export interface ScopeSizes {
  /** Returns the runs in the task, the project or the organization, within the filter's window of time. */
  runs(scope: Variables): number;
  /** Returns the number of runs that are scanned or sorted for a page. */
  scannedRuns(scope: Variables): number;
}

interface ScopeSizeOptions {
  readonly counts: () => RunCounts;
  /** Returns whether a filter, which may be invalid, requires a scan of runs. */
  readonly requiresScan: (filter: unknown) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createScopeSizes({ counts, requiresScan, now }: ScopeSizeOptions): ScopeSizes {
  const runs = ({ projectId, taskId, filter }: Variables) => {
    const { runsPerTask, runsPerProject, runsPerOrganization, oldest, newest } = counts();
    const share = shareOfWindow(toObject(filter), { oldest, newest, now: now() });
    const total = taskId != null ? runsPerTask : projectId != null ? runsPerProject : runsPerOrganization;
    return total * share;
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

/** Returns the share of runs in the time window, assuming that they were created at a constant rate. */
function shareOfWindow({ createdAfter, createdBefore }: Variables, { oldest, newest, now }: Times): number {
  const from = toTime(createdAfter, now);
  const to = toTime(createdBefore, now);
  if (newest <= oldest || (from === null && to === null)) return 1;
  const length = (to ?? Math.max(now, newest)) - (from ?? oldest);
  return Math.max(0, Math.min(1, length / (newest - oldest)));
}

/** Returns `null` for a missing time, or for one that is rejected later. */
function toTime(text: unknown, now: number): number | null {
  if (typeof text !== 'string') return null;
  try {
    return Date.parse(parseDateTime(text).at(now));
  } catch {
    return null;
  }
}

function toObject(value: unknown): Variables {
  return typeof value === 'object' && value !== null ? (value as Variables) : {};
}
