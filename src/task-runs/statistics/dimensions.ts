// What runs can be split by, and how each of it is read from the row `run`.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { validationFailed } from '../../errors/validation.js';

export type BucketWidth = 'HOUR' | 'DAY' | 'WEEK';

/** Intervals of time, as the clocks of a time zone divide it. */
export interface Buckets {
  readonly by: BucketWidth;
  readonly timeZone: string;
}

const splitColumns = {
  taskRevisionId: 'task_revision_id',
  reportingGroupId: 'reporting_group_id',
  fallbackLlmModelId: 'fallback_llm_model_id',
  taskId: 'task_id',
} as const;

export type SplitKey = keyof typeof splitColumns;
export type Dimension = SplitKey | Buckets;

/** What names a dimension among others. */
export function dimensionName(dimension: Dimension): string {
  return typeof dimension === 'string' ? dimension : `${dimension.by} ${dimension.timeZone}`;
}

export function isBuckets(dimension: Dimension): dimension is Buckets {
  return typeof dimension !== 'string';
}

/** SQL: the value of the row `run` in a dimension; a bucket by the moment at which it starts. */
export function valueInDimension(dimension: Dimension, add: SqlParameters['add']): string {
  return isBuckets(dimension) ? startOfBucket(dimension, 'run.created', add) : `run.${splitColumns[dimension]}`;
}

/** SQL: the moment at which the bucket starts that holds a moment. */
export function startOfBucket({ by, timeZone }: Buckets, moment: string, add: SqlParameters['add']): string {
  return `date_trunc('${by.toLowerCase()}', ${moment}, ${add(timeZone, 'text')})`;
}

/** SQL: the quarter of an hour of the row `run`. Since 1972, all buckets of all time zones are made of whole ones. */
export const quarterHour = "date_bin('15 minutes', run.created, 'epoch')";

/** SQL: such a value in the form in which it is answered. */
export function dimensionAsText(dimension: Dimension, column: string): string {
  return isBuckets(dimension) ? `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : column;
}

/**
 * @throws GatewayError VALIDATION_FAILED for what is no IANA time zone of the form Area/Location, nor UTC. The database
 * would also take abbreviations, which it understands in its own way, and rules such as `ABC-3`, which hide mistakes.
 */
export function parseTimeZone(text: string): string {
  if (text === 'UTC') return text;
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(text) || !isKnown(text)) throw unknownTimeZone();
  return text;
}

export function unknownTimeZone() {
  return validationFailed(['buckets', 'timeZone'], 'must be an IANA time zone, as in Europe/Berlin, or UTC');
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== null;
  } catch {
    return false;
  }
}
