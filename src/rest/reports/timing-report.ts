import { type Timing } from '../../task-runs/statistics/measures.js';
import type { Split } from '../../task-runs/statistics/splits.js';
import type { RunStatistics } from '../../task-runs/statistics/statistics-tree.js';
import { objectOf } from '../openapi/schemas.js';
import { type Report, reportOperation } from './report.js';
import {
  bucketsBy,
  byBucket,
  count,
  exampleStart,
  exampleWithRevision,
  measured,
  presentBuckets,
  presentRevisions,
  splitBy,
  taskRevisions,
  withRevisions,
} from './report-parts.js';
import type { PeriodQuery } from './report-period.js';

const aggregation = {
  type: 'string',
  enum: ['hour', 'day'],
  default: 'hour',
  description: 'The width of the buckets.',
};

const widths = { hour: 'HOUR', day: 'DAY' } as const;

interface TimingQuery {
  readonly aggregation: keyof typeof widths;
}

const seconds = { type: 'number', format: 'double' };
const distribution = objectOf({
  count: { type: 'integer', minimum: 1, description: 'The number of runs with a measured duration.' },
  avg: { ...seconds, description: 'The mean. All values are in seconds.' },
  ...Object.fromEntries(['min', 'max', 'p50', 'p90', 'p95', 'p99'].map((name) => [name, seconds])),
});

const timings = { llm_call_timing: 'llmCallTiming', input_processor_timing: 'inputProcessorTiming' } as const;

const members = {
  total_task_runs: byBucket(count('Runs.'), 'The number of runs'),
  llm_call_timing: byBucket(distribution, 'The durations of the LLM calls'),
  input_processor_timing: byBucket(distribution, 'The times spent in input processors'),
};

const exampleTiming = { count: 2, avg: 1.5, min: 1, max: 2, p50: 1, p90: 2, p95: 2, p99: 2 };
const example = {
  total_task_runs: { [exampleStart]: 2 },
  llm_call_timing: { [exampleStart]: exampleTiming },
  input_processor_timing: {},
};

const timingReportOf = (of: 'task' | 'project'): Report<TimingQuery> => ({
  operation: reportOperation({
    of,
    name: 'timing_report',
    operationId: of === 'task' ? 'reportTiming' : 'reportProjectTiming',
    summary: `Timing Report of a ${of === 'task' ? 'Task' : 'Project'}`,
    description: `Returns the durations of the runs of a ${of} per hour or day.`,
    parameters: { aggregation },
    schema: [
      of === 'task' ? 'TimingReport' : 'ProjectTimingReport',
      { aggregation, ...members, ...taskRevisions(members) },
    ],
    example: { aggregation: 'hour', ...exampleWithRevision(example) },
  }),
  filterOf: () => ({}),
  selectionOf(query) {
    const bucketStatistics = { ...measured('runs', ...Object.values(timings)), percentiles: Object.values(timings) };
    return withRevisions(splitBy(measured(), { ...bucketsOf(query), statistics: bucketStatistics }));
  },
  present: (statistics, query) => ({
    aggregation: query.aggregation,
    ...presentRevisions(statistics, (set) => presentTimings(set, bucketsOf(query))),
  }),
});

const bucketsOf = (query: TimingQuery & PeriodQuery) => bucketsBy(widths[query.aggregation], query);

function presentTimings(statistics: RunStatistics, buckets: Split) {
  const distributionOf = (timing: Timing) => (bucket: RunStatistics) => {
    const measuredTiming = bucket.figures[timing]!;
    return measuredTiming.count === 0 ? null : { ...measuredTiming, ...bucket.percentilesOf(timing) };
  };
  return {
    total_task_runs: presentBuckets(statistics, buckets, ({ figures }) => figures.runs),
    ...Object.fromEntries(
      Object.entries(timings).map(([name, timing]) => [
        name,
        presentBuckets(statistics, buckets, distributionOf(timing)),
      ]),
    ),
  };
}

export const timingReport = timingReportOf('task');
export const projectTimingReport = timingReportOf('project');
