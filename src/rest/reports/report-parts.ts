// Parts of reports: their statistics selections, schemas and presentation.

import { RawJson } from '../../json/raw-json.js';
import type { BucketWidth } from '../../task-runs/statistics/buckets.js';
import type { SplitSelection, StatisticsSelection } from '../../task-runs/statistics/groupings.js';
import type { Measure } from '../../task-runs/statistics/measures.js';
import type { Split } from '../../task-runs/statistics/splits.js';
import type { RunStatistics } from '../../task-runs/statistics/statistics-tree.js';
import { exampleOf } from '../openapi/examples.js';
import type { JsonSchema } from '../openapi/operation.js';
import { described, idSchema, objectOf } from '../openapi/schemas.js';
import type { PeriodQuery } from './report-period.js';

export const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });

/** Returns the schema of values by the start of their bucket. */
export const byBucket = (value: JsonSchema, description: string): JsonSchema => ({
  type: 'object',
  additionalProperties: value,
  description: `${description}, by the start of the bucket in UTC. Buckets without runs are omitted.`,
});

/** Returns the schema of the members for each revision. */
export const taskRevisions = (members: Readonly<Record<string, JsonSchema>>): Readonly<Record<string, JsonSchema>> => ({
  task_revisions: {
    type: 'array',
    items: objectOf({ task_revision_id: described(idSchema, 'The task revision.'), ...members }),
    description: 'The same values per task revision, most runs first.',
  },
});

export const measured = (...measures: Measure[]): StatisticsSelection => ({ measures, percentiles: [], splits: [] });

export const splitBy = (statistics: StatisticsSelection, ...splits: SplitSelection[]): StatisticsSelection => ({
  ...statistics,
  splits,
});

/** Splits into all revisions, or into all reporting groups. */
export const revisionSplit = { dimension: { by: 'REVISION' } } as const satisfies Split;
export const groupSplit = { dimension: { by: 'REPORTING_GROUP' } } as const satisfies Split;

/** Selects the same statistics for all runs and for each revision. */
export function withRevisions(statistics: StatisticsSelection): StatisticsSelection {
  return { ...statistics, splits: [...statistics.splits, { ...revisionSplit, statistics }] };
}

/** Presents the members of a set and of each of its revisions. */
export function presentRevisions(
  statistics: RunStatistics,
  present: (statistics: RunStatistics) => Readonly<Record<string, unknown>>,
) {
  const revisions = statistics.splitBy(revisionSplit);
  return {
    ...present(statistics),
    task_revisions: revisions.map((revision) => ({ task_revision_id: revision.value, ...present(revision) })),
  };
}

export const bucketsBy = (by: BucketWidth, { time_zone }: PeriodQuery): Split => ({
  dimension: { by, timeZone: time_zone },
});

/** Presents values by the start of their bucket, without nulls. */
export function presentBuckets(
  statistics: RunStatistics,
  buckets: Split,
  toValue: (statistics: RunStatistics) => unknown,
): Readonly<Record<string, unknown>> {
  const entries = statistics.splitBy(buckets).map((bucket) => [bucket.value!, toValue(bucket)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** Returns a sum as a JSON number of any size. */
export const exactNumber = (sum: string | undefined) => new RawJson(sum!);

/** The start of the bucket in examples. */
export const exampleStart = '2026-10-01T00:00:00.000000Z';

/** Returns the example of a set of runs with a single revision. */
export function exampleWithRevision(members: Readonly<Record<string, unknown>>) {
  return { ...members, task_revisions: [{ task_revision_id: exampleOf('task_revision_id'), ...members }] };
}
