// The dimensions that runs can be split by, and how each is read from the row `run`.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { limits } from '../../limits.js';
import { runColumn } from '../record/run-columns.js';
import { type Buckets, startAndLabelAsText, startAsText, startOfBucket } from './buckets.js';

interface Split {
  readonly key: string;
  /** The fields by which its groups may be split further. */
  readonly below: readonly string[];
  /** There may be any number of groups: only the first ones are returned. */
  readonly isOpen?: true;
  /** What it is split by is not in the index of lists: each run is read from the table. */
  readonly readsTable?: true;
}

/** By field of the schema; `key` is the field of its groups that says what they have in common. */
export const splits = {
  byRevision: { key: 'taskRevisionId', below: ['byReportingGroup'] },
  byReportingGroup: { key: 'reportingGroupId', below: [] },
  byFallbackModel: { key: 'fallbackLlmModelId', below: [] },
  byTask: { key: 'taskId', below: [] },
  byStatus: { key: 'status', below: [] },
  byUser: { key: 'userId', below: [], isOpen: true },
  byContext: { key: 'contextId', below: [], isOpen: true, readsTable: true },
  byFailureReason: { key: 'primaryFailureReason', below: [], isOpen: true, readsTable: true },
} as const satisfies Readonly<Record<string, Split>>;

export type SplitField = keyof typeof splits;
export type SplitKey = (typeof splits)[SplitField]['key'];
export type Dimension = SplitKey | Buckets;

/** SQL, where a dimension is not a column as it is. Texts are compared byte by byte: equally on every database. */
const sqlByDimension: Readonly<Record<string, string>> = {
  status: "CASE WHEN run.is_error THEN 'FAIL' ELSE 'SUCCESS' END",
  contextId: 'run.context_id COLLATE "C"',
  primaryFailureReason: `left(run.primary_failure_reason, ${limits.failureReasonLength.value}) COLLATE "C"`,
};

const tableDimensions: ReadonlySet<unknown> = new Set(
  Object.values<Split>(splits).flatMap(({ key, readsTable }) => (readsTable ? [key] : [])),
);

export function readsTable(dimension: Dimension): boolean {
  return tableDimensions.has(dimension);
}

/** Identifies a dimension among others. */
export function dimensionName(dimension: Dimension): string {
  return typeof dimension === 'string' ? dimension : `${dimension.by} ${dimension.timeZone}`;
}

export function isBuckets(dimension: Dimension): dimension is Buckets {
  return typeof dimension !== 'string';
}

/** SQL: the value of the row `run` in a dimension; a bucket by the time at which it starts. */
export function valueInDimension(dimension: Dimension, add: SqlParameters['add']): string {
  if (isBuckets(dimension)) return startOfBucket(dimension, 'run.created', add);
  return sqlByDimension[dimension] ?? `run.${runColumn(dimension).databaseName}`;
}

/** SQL: such a value in the form in which it is returned. */
export function dimensionAsText(
  dimension: Dimension,
  column: string,
  { hasLabels, add }: { hasLabels: boolean; add: SqlParameters['add'] },
): string {
  if (!isBuckets(dimension)) return column;
  return hasLabels ? startAndLabelAsText(dimension, column, add) : startAsText(column);
}
