// The dimensions that runs can be split by, and how each is read from the row `run`.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { validationFailed } from '../../errors/validation.js';
import { type RunProperty, runColumn } from '../record/run-columns.js';

export type BucketWidth = 'HOUR' | 'DAY' | 'WEEK';

/** Intervals of local time in a time zone. */
export interface Buckets {
  readonly by: BucketWidth;
  readonly timeZone: string;
}

/** By field of the schema: the column whose values runs are split by, and the fields by which they may be split further. */
export const splits = {
  byRevision: { key: 'taskRevisionId', below: ['byReportingGroup'] },
  byReportingGroup: { key: 'reportingGroupId', below: [] },
  byFallbackModel: { key: 'fallbackLlmModelId', below: [] },
  byTask: { key: 'taskId', below: [] },
} as const satisfies Readonly<Record<string, { readonly key: RunProperty; readonly below: readonly string[] }>>;

export type SplitField = keyof typeof splits;
export type SplitKey = (typeof splits)[SplitField]['key'];
export type Dimension = SplitKey | Buckets;

/** Identifies a dimension among others. */
export function dimensionName(dimension: Dimension): string {
  return typeof dimension === 'string' ? dimension : `${dimension.by} ${dimension.timeZone}`;
}

export function isBuckets(dimension: Dimension): dimension is Buckets {
  return typeof dimension !== 'string';
}

/** SQL: the value of the row `run` in a dimension; a bucket by the time at which it starts. */
export function valueInDimension(dimension: Dimension, add: SqlParameters['add']): string {
  return isBuckets(dimension)
    ? startOfBucket(dimension, 'run.created', add)
    : `run.${runColumn(dimension).databaseName}`;
}

/** SQL: the moment at which the bucket starts that holds a moment; null where it cannot be shown. */
export function startOfBucket({ by, timeZone }: Buckets, moment: string, add: SqlParameters['add']): string {
  return `CASE WHEN ${isInBucket(moment)} THEN date_trunc('${by.toLowerCase()}', ${moment}, ${add(timeZone, 'text')}) END`;
}

/** A week and a day behind the first moment that can be shown: so is the start of each bucket. */
const isInBucket = (moment: string) => `${moment} >= '0001-01-09Z' AND ${moment} < '10000-01-01Z'`;

/**
 * SQL: a stretch of time around the row `run` that lies in one bucket of each kind: an hour, or a quarter of it where the
 * clocks of a zone are not always set to full hours. Since 1972 that is as odd as clocks have been.
 * Null where the run is in no bucket.
 */
export function slotWithin(buckets: readonly Buckets[], add: SqlParameters['add']): string {
  const zones = add([...new Set(buckets.map(({ timeZone }) => timeZone))], 'text[]');
  return `CASE WHEN ${isInBucket('run.created')} THEN date_bin((
    SELECT CASE WHEN EXISTS (
      SELECT FROM unnest(${zones}) AS zone, generate_series('1972-01-01Z'::timestamptz, now() + interval '1 year', interval '1 month') AS month
      WHERE extract(minute FROM month AT TIME ZONE zone) <> 0
    ) THEN interval '15 minutes' ELSE interval '1 hour' END
  ), run.created, 'epoch') END`;
}

/** SQL: such a value in the form in which it is returned. */
export function dimensionAsText(dimension: Dimension, column: string): string {
  return isBuckets(dimension) ? `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : column;
}

/**
 * @throws GatewayError VALIDATION_FAILED for what is neither an IANA time zone of the form Area/Location nor UTC. The
 * database would also accept abbreviations, which it interprets differently, and rules such as `ABC-3`, which hide
 * typos.
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
