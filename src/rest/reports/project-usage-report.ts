import { taskOfProject } from '../parameters.js';
import { type Report, reportOperation } from './report.js';
import { byBucket, count, exampleStart, measured, presentBuckets, splitBy } from './report-parts.js';
import { type UsageQuery, usageAggregation, usageBuckets } from './usage-report.js';

const status = {
  type: 'string',
  enum: ['ALL', 'SUCCESS', 'FAIL'],
  default: 'ALL',
  description: 'Counts only runs with this status.',
};

export const projectUsageReport: Report<UsageQuery & { readonly status: 'ALL' | 'SUCCESS' | 'FAIL' }> = {
  operation: reportOperation({
    of: 'project',
    name: 'usage_report',
    operationId: 'reportProjectUsage',
    summary: 'Usage Report of a Project',
    description: 'Returns the number of runs of a project, or of one of its tasks, per hour or day.',
    parameters: {
      task_id: taskOfProject,
      aggregation: usageAggregation,
      status,
    },
    schema: [
      'ProjectUsageReport',
      {
        aggregation: usageAggregation,
        status,
        data: byBucket({ type: 'integer', minimum: 1 }, 'The number of runs'),
        total_runs: count('The number of all runs.'),
      },
    ],
    example: { aggregation: 'day', status: 'ALL', data: { [exampleStart]: 1 }, total_runs: 1 },
  }),
  filterOf: ({ status }) => ({ status }),
  selectionOf: (query) => splitBy(measured('runs'), { ...usageBuckets(query), statistics: measured('runs') }),
  present: (statistics, query) => ({
    aggregation: query.aggregation,
    status: query.status,
    data: presentBuckets(statistics, usageBuckets(query), ({ figures }) => figures.runs),
    total_runs: statistics.figures.runs,
  }),
};
