// The expected cost of REST requests: that of the GraphQL operation for the same data.

import { limits } from '../limits.js';
import type { Variables } from './field-arguments.js';
import type { ScopeSizes } from './scope-size.js';
import { type Scan, weights } from './weights.js';

/** Estimates in points, rounded up. */
export interface RestEstimator {
  /**
   * @param scope the arguments of `taskRuns` that it stands for
   * @param runFields the fields of a run that have a separate cost
   */
  page(scope: Variables, runs: number, runFields: readonly string[]): number;
  /** Covers no more than a page. The parameters are those of `page`. */
  export(scope: Variables, runFields: readonly string[]): number;
  /** @param scope the arguments of `taskRunStats` that it stands for */
  report(scope: Variables): number;
}

export function createRestEstimator(sizes: ScopeSizes, { fields, scans } = weights): RestEstimator {
  const pointsOf = (runFields: readonly string[]) =>
    runFields.reduce((sum, name) => sum + fields[`TaskRun.${name}`]!, 0);
  const scanPoints = ({ source, points }: Scan, scope: Variables) => (points * sizes[source](scope)) / 1000;
  const page = (scope: Variables, runs: number, runFields: readonly string[]) =>
    Math.ceil(fields['Query.taskRuns']! + runs * pointsOf(runFields) + scanPoints(scans['Query.taskRuns']!, scope));
  return {
    page,
    export: (scope, runFields) =>
      page({ ...scope, orderBy: 'CREATED_DESC' }, limits.defaultRestPageSize.value, runFields),
    report: (scope) =>
      Math.ceil(
        fields['Query.taskRunStats']! +
          scanPoints(scans['Query.taskRunStats']!, scope) +
          scanPoints(scans['TaskRunSeries.buckets']!, scope),
      ),
  };
}
