// The expected cost of REST requests, which equals that of a GraphQL operation for the same data.

import { limits } from '../limits.js';
import type { Variables } from './field-arguments.js';
import type { ScopeSizes } from './scope-size.js';
import { type Scan, weights } from './weights.js';

const groupedTwice = ['TaskRunSeries.groupBy', 'TaskRunSeries.groupBy'];
const comparedRuns = ['Query.taskRunStats', 'TaskRunSeries.previous'];
/** The fields that read what findings compare: tasks with revisions; kinds of failures with both; affected runs. */
const scansOfFindings = [
  ...[...comparedRuns, ...groupedTwice, 'TimingStats.p95'],
  ...[...comparedRuns, 'TaskRunSeries.groupBy', 'TaskRunSeries.groupBy(dimension: FAILURE)', ...groupedTwice],
  ...comparedRuns,
];

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
