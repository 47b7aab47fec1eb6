// A viewer's statistics of runs, made anew for each request: over exactly the runs it could read one by one.

import { parseRunFilter, type RunFilterInput } from '../run-filter.js';
import { type AskedScope, parseScopePath } from '../run-scope.js';
import type { ViewerTaskRuns } from '../viewer-task-runs.js';
import { type AskedStatistics, toGroupings } from './groupings.js';
import type { ReadStatistics } from './statistics-reader.js';
import type { RunStatistics } from './statistics-tree.js';

/** Which runs, as a client writes it. */
export interface StatisticsInput extends AskedScope {
  readonly filter?: RunFilterInput | null;
}

export interface ViewerRunStatistics {
  /**
   * By one statement, whatever is asked for.
   * @throws GatewayError for the path as for a run; VALIDATION_FAILED for the filter and for what would be too much.
   */
  statisticsOf(input: StatisticsInput, asked: AskedStatistics): Promise<RunStatistics>;
}

/** @param tally counts the statements in which this window's reads take part. */
export function createViewerRunStatistics(
  read: ReadStatistics,
  taskRuns: ViewerTaskRuns,
  tally: { statements: number },
): ViewerRunStatistics {
  return {
    async statisticsOf(input, asked) {
      const path = parseScopePath(input);
      const filter = parseRunFilter(input.filter ?? {});
      const groupings = toGroupings(asked);
      const scope = await taskRuns.scopeOf(path);
      tally.statements += 1;
      return read({ scope, filter, groupings });
    },
  };
}
