import { type Report, reportOperation } from './report.js';
import {
  bucketsBy,
  byBucket,
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

/** In the REST reference, `day` aggregates a day by hours, and `week` a week by days. */
export const usageAggregation = {
  type: 'string',
  enum: ['day', 'week'],
  default: 'day',
  description: '`day` counts runs per hour, `week` counts runs per day.',
};

const widths = { day: 'HOUR', week: 'DAY' } as const;

export interface UsageQuery {
  readonly aggregation: keyof typeof widths;
}

export const usageBuckets = (query: UsageQuery & PeriodQuery) => bucketsBy(widths[query.aggregation], query);

const counts = { total_counts: byBucket({ type: 'integer', minimum: 1 }, 'The number of runs') };

export const usageReport: Report<UsageQuery & { readonly errors_only: boolean }> = {
  operation: reportOperation({
    of: 'task',
    name: 'usage_report',
    operationId: 'reportUsage',
    summary: 'Usage Report of a Task',
    description: 'Returns the number of runs of a task per hour or day.',
    parameters: {
      aggregation: usageAggregation,
      errors_only: { type: 'boolean', default: false, description: 'Whether to count only runs that failed.' },
    },
    schema: ['UsageReport', { aggregation: usageAggregation, ...counts, ...taskRevisions(counts) }],
    example: { aggregation: 'day', ...exampleWithRevision({ total_counts: { [exampleStart]: 1 } }) },
  }),
  filterOf: ({ errors_only }) => (errors_only ? { status: 'FAIL' } : {}),
  selectionOf: (query) => withRevisions(splitBy(measured(), { ...usageBuckets(query), statistics: measured('runs') })),
  present: (statistics, query) => ({
    aggregation: query.aggregation,
    ...presentRevisions(statistics, (set) => ({
      total_counts: presentBuckets(set, usageBuckets(query), ({ figures }) => figures.runs),
    })),
  }),
};
