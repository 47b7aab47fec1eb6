// The costs of all fields in one table, in points: 0.1 ms of the database's time or of the processor's. `REPORT=1 npm run test:only -- cost`
// measures it. The SDL prints the table as `@cost` and `@listSize`, so that routers count the same.

import { type GraphQLCompositeType, isObjectType } from 'graphql';
import { limits } from '../limits.js';

/** The length of a list that a field returns. */
export interface ListSize {
  /** The length where no argument gives it. */
  readonly assumedSize: number;
  /** Arguments that give it. The greatest counts. */
  readonly slicingArguments?: readonly string[];
  /** The maximum of these arguments; omitted: that of a page. */
  readonly maxSize?: number;
  /** The argument that is a list of the same length. Routers only use numbers, and take the assumed size. */
  readonly lengthOf?: string;
  /** The lists below the field whose size it is; omitted: the field itself. */
  readonly sizedFields?: readonly string[];
}

/** Points by what they pay for. Fields and types without a row cost nothing. */
export interface Weights {
  /** Once for each time that a field is selected, however many values it returns. */
  readonly fields: Readonly<Record<string, number>>;
  /** For each value of the type. */
  readonly types: Readonly<Record<string, number>>;
  /**
   * For each thousand scanned runs, once for each selected field, however many sets it splits. The SDL has no such
   * numbers. A row `Type.field(argument: VALUE)` is added where that argument has that value.
   */
  readonly scans: Readonly<Record<string, Scan>>;
}

export interface Scan {
  /** All runs of the list or statistic that the field belongs to, or those that are scanned for its page. */
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
  // Values of further indexes are joined: for contexts and references with each run, for failures with few.
  'TaskRunSeries.groupBy(dimension: CONTEXT)': { source: 'runs', points: 18 },
  'TaskRunSeries.groupBy(dimension: FAILURE)': { source: 'runs', points: 6 },
  'TaskRunSeries.groupBy(dimension: FAILURE_REASON)': { source: 'runs', points: 4 },
  'TaskRunSeries.groupBy(dimension: REFERENCE)': { source: 'runs', points: 18 },
  // Values in JSON are read from the table.
  'TaskRunSeries.groupBy(dimension: MODEL)': { source: 'runs', points: 28 },
  'TaskRunSeries.groupBy(dimension: RESPONSE)': { source: 'runs', points: 28 },
  'TaskRunSeries.groupBy(dimension: SUBMITTED)': { source: 'runs', points: 28 },
  'TaskRunSeries.groupBy(dimension: RUN_DATA)': { source: 'runs', points: 28 },
  // It counts the runs of the previous period.
  'TaskRunSeries.groupBy(orderBy: RUNS_GROWTH_DESC)': { source: 'runs', points: 4 },
  'TimingStats.p50': { source: 'runs', points: 0.5 },
  'TimingStats.p90': { source: 'runs', points: 0.5 },
  'TimingStats.p95': { source: 'runs', points: 0.5 },
  'TimingStats.p99': { source: 'runs', points: 0.5 },
};

/** Runs have no separate points: a run costs next to nothing compared with its page and its fields. */
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

/** Returns the row of a field of the type, or of one of its interfaces. */
export function rowOf<Row>(
  rows: Readonly<Record<string, Row>>,
  type: GraphQLCompositeType,
  field: string,
): Row | undefined {
  const own = rows[`${type.name}.${field}`];
  if (own !== undefined || !isObjectType(type)) return own;
  return type.getInterfaces().flatMap(({ name }) => rows[`${name}.${field}`] ?? [])[0];
}
