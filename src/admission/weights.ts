// The costs of all fields in one table, in points: 0.1 ms of database time or CPU time. `REPORT=1 npm run test:only --
// cost` measures them. The SDL contains the table as `@cost` and `@listSize`, so that routers compute the same costs.

import { type GraphQLCompositeType, isObjectType } from 'graphql';
import { limits } from '../limits.js';

/** The length of a list that a field returns. */
export interface ListSize {
  /** The length if no argument specifies it. */
  readonly assumedSize: number;
  /** Arguments that specify the length. The greatest value counts. */
  readonly slicingArguments?: readonly string[];
  /** Maximum value of these arguments; if omitted, that of a page. */
  readonly maxSize?: number;
  /** The list argument that has the same length. Routers only support numbers, and use the assumed size. */
  readonly lengthOf?: string;
  /** The descendant lists to which the size applies; if omitted, it applies to the field itself. */
  readonly sizedFields?: readonly string[];
}

/** Points by what they are charged for. Fields and types without a row cost nothing. */
export interface Weights {
  /** Once per selection of a field, regardless of how many values it returns. */
  readonly fields: Readonly<Record<string, number>>;
  /** For each value of the type. */
  readonly types: Readonly<Record<string, number>>;
  /**
   * Per thousand scanned runs, once for each selected field, regardless of how many groups or buckets it returns. The
   * SDL has no such numbers. A row `Type.field(argument: VALUE)` is added if the argument has that value.
   */
  readonly scans: Readonly<Record<string, Scan>>;
}

export interface Scan {
  /** All runs of the list or statistic to which the field belongs, or only those that are scanned for its page. */
  readonly source: 'runs' | 'scannedRuns';
  readonly points: number;
}

const fields = {
  'Query.taskRun': 5,
  'Query.taskRunsByIds': 6,
  'Query.taskRuns': 10,
  'Query.taskRunChanges': 12,
  'Query.taskRunStats': 10,
  'Query.viewer': 3,
  'Query.errorCatalog': 3,
  'Query.node': 9,
  'Query.nodes': 9,
  'Query._entities': 6,
  'Query._service': 3,
  'Query.__schema': 20,
  'Query.__type': 3,
  'Subscription.taskRunChanged': 10,
  'Task.taskRuns': 10,
  'Task.taskRunStats': 10,
  'Project.taskRuns': 10,
  'Project.taskRunStats': 10,
  'TaskRun.response': 1,
  'TaskRun.runData': 1,
  'TaskRun.submitted': 1,
  'TaskRun.responseText': 1,
  'TaskRun.runDataText': 1,
  'TaskRun.submittedText': 1,
  'TaskRun.files': 1,
  'TaskRun.next': 1,
  'TaskRun.previous': 1,
  'User.name': 1,
  'TaskRevision.name': 1,
  'LlmModel.name': 1,
  'TaskRunContext.totals': 1,
  'TaskRunContext.runs': 2,
  'TaskRunContext.first': 1,
  'TaskRunContext.last': 1,
  'TaskRunConnection.totalCount': 3,
  'TaskRunConnection.countUpTo': 5,
  'TaskRunConnection.stats': 8,
  'Viewer.organizations': 5,
  'Viewer.tasks': 6,
  'Viewer.can': 4,
  'Viewer.canSearch': 2,
  'ViewerProject.tasks': 1,
};

const scans: Weights['scans'] = {
  'Query.taskRuns': { source: 'scannedRuns', points: 5 },
  'Query.taskRunStats': { source: 'runs', points: 4 },
  'Task.taskRuns': { source: 'scannedRuns', points: 5 },
  'Task.taskRunStats': { source: 'runs', points: 4 },
  'Project.taskRuns': { source: 'scannedRuns', points: 5 },
  'Project.taskRunStats': { source: 'runs', points: 4 },
  'TaskRunConnection.stats': { source: 'runs', points: 4 },
  'TaskRunConnection.totalCount': { source: 'runs', points: 1 },
  'TaskRunConnection.countUpTo': { source: 'scannedRuns', points: 5 },
  'TaskRunSeries.previous': { source: 'runs', points: 4 },
  'TaskRunSeries.buckets': { source: 'runs', points: 6 },
  'TaskRunSeries.change': { source: 'runs', points: 4 },
  'TaskRunSeries.groupBy': { source: 'runs', points: 2 },
  // Joins values from other indexes: for contexts and references with every run, for failures with only a few.
  'TaskRunSeries.groupBy(dimension: CONTEXT)': { source: 'runs', points: 18 },
  'TaskRunSeries.groupBy(dimension: FAILURE)': { source: 'runs', points: 6 },
  'TaskRunSeries.groupBy(dimension: FAILURE_REASON)': { source: 'runs', points: 4 },
  'TaskRunSeries.groupBy(dimension: REFERENCE)': { source: 'runs', points: 18 },
  // Reads values in JSON from the table.
  'TaskRunSeries.groupBy(dimension: MODEL)': { source: 'runs', points: 28 },
  'TaskRunSeries.groupBy(dimension: RESPONSE)': { source: 'runs', points: 28 },
  'TaskRunSeries.groupBy(dimension: SUBMITTED)': { source: 'runs', points: 28 },
  'TaskRunSeries.groupBy(dimension: RUN_DATA)': { source: 'runs', points: 28 },
  // Counts the runs of the previous period.
  'TaskRunSeries.groupBy(orderBy: RUNS_GROWTH_DESC)': { source: 'runs', points: 4 },
  'TimingStats.p50': { source: 'runs', points: 0.5 },
  'TimingStats.p90': { source: 'runs', points: 0.5 },
  'TimingStats.p95': { source: 'runs', points: 0.5 },
  'TimingStats.p99': { source: 'runs', points: 0.5 },
};

/** Runs have no separate points, because the cost of a run is negligible compared with its page and fields. */
export const weights: Weights = { fields, types: {}, scans };

const pageSize = { assumedSize: limits.defaultPageSize.value, slicingArguments: ['first'] };
const runList = { ...pageSize, slicingArguments: ['first', 'last'], sizedFields: ['edges', 'nodes'] };

export const listSizes: Readonly<Record<string, ListSize>> = {
  'Query.errorCatalog': { assumedSize: 50 },
  'Query.taskRunsByIds': { assumedSize: limits.ids.value, lengthOf: 'ids' },
  'Query.taskRuns': runList,
  'Task.taskRuns': runList,
  'Project.taskRuns': runList,
  'Query.taskRunChanges': { ...pageSize, sizedFields: ['changes'] },
  'Query.nodes': { assumedSize: limits.ids.value, lengthOf: 'ids' },
  'Query._entities': { assumedSize: limits.entities.value, lengthOf: 'representations' },
  'TaskRun.files': { assumedSize: 10 },
  'TaskRunContext.runs': { ...pageSize, sizedFields: ['edges', 'nodes'] },
  'TaskRunSeries.groupBy': {
    assumedSize: limits.defaultGroups.value,
    slicingArguments: ['first'],
    maxSize: limits.groups.value,
  },
  'TaskRunSeries.buckets': { assumedSize: 30 },
  'Viewer.organizations': { assumedSize: 5 },
  'Viewer.tasks': pageSize,
  'ViewerOrganization.projects': { assumedSize: 10 },
  'ViewerProject.tasks': { ...pageSize, sizedFields: ['edges', 'nodes'] },
};

/** Returns the row for a field of the type, or of one of its interfaces. */
export function rowOf<Row>(
  rows: Readonly<Record<string, Row>>,
  type: GraphQLCompositeType,
  field: string,
): Row | undefined {
  const own = rows[`${type.name}.${field}`];
  if (own !== undefined || !isObjectType(type)) return own;
  return type.getInterfaces().flatMap(({ name }) => rows[`${name}.${field}`] ?? [])[0];
}
