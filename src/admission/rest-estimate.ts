// The expected cost of REST requests, which equals that of a GraphQL operation for the same data.

import { limits } from '../limits.js';
import type { Variables } from './field-arguments.js';
import type { ScopeSizes } from './scope-size.js';
import { type Scan, weights } from './weights.js';

/** The fields that read what findings compare: tasks and revisions, kinds of failures, and affected runs, in both periods. */
const scansOfFindings = [
  ...[
    'Query.taskRunStats',
    'TaskRunSeries.groupBy',
    'TaskRunSeries.groupBy',
    'TaskRunSeries.previous',
    'TimingStats.p95',
  ],
  ...['Query.taskRunStats', 'TaskRunSeries.groupBy(dimension: FAILURE)', 'TaskRunSeries.previous'],
  ...['Query.taskRunStats', 'TaskRunSeries.previous'],
] as const;

/** Returns estimates in points, rounded up. */
export interface RestEstimator {
  /**
   * @param scope the corresponding arguments of `taskRuns`
   * @param runFields the fields of a run that have a separate cost
   */
  page(scope: Variables, runs: number, runFields: readonly string[]): number;
  /** Estimates an export. The estimate covers only one page. The parameters are those of `page`. */
  export(scope: Variables, runFields: readonly string[]): number;
  /** @param scope the corresponding arguments of `taskRunStats` */
  report(scope: Variables): number;
  /** Estimates the findings about a period. The parameters are those of `report`. */
  findings(scope: Variables): number;
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
    findings: (scope) =>
      Math.ceil(scansOfFindings.reduce((sum, name) => sum + (fields[name] ?? 0) + scanPoints(scans[name]!, scope), 0)),
  };
}
