// SQL for local-time intervals in a time zone.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { timestampSql } from '../columns/timestamp.js';

type Add = SqlParameters['add'];

/** The properties of a bucket width. */
interface Width {
  /**
   * SQL for a time at least one bucket and one day into year 1, so that no bucket starts before that year in any time
   * zone.
   */
  readonly first: string;
  /** SQL format for a bucket's name in local time (ISO 8601). */
  readonly label: string;
  /** An interval shorter than any bucket of this width. */
  readonly step: string;
  readonly length: string;
}

const widths = {
  HOUR: { first: '0001-01-09Z', label: 'YYYY-MM-DD"T"HH24:MI', step: '15 minutes', length: '1 hour' },
  DAY: { first: '0001-01-09Z', label: 'YYYY-MM-DD', step: '6 hours', length: '1 day' },
  WEEK: { first: '0001-01-09Z', label: 'IYYY-"W"IW', step: '3 days', length: '1 week' },
  MONTH: { first: '0001-02-02Z', label: 'YYYY-MM', step: '14 days', length: '1 month' },
} as const satisfies Readonly<Record<string, Width>>;

export type BucketWidth = keyof typeof widths;

export interface Buckets {
  readonly by: BucketWidth;
  readonly timeZone: string;
}

/** Returns SQL for the start of the bucket that contains a moment, or null if it may be before year 1. */
export function startOfBucket({ by, timeZone }: Buckets, moment: string, add: Add): string {
  return `CASE WHEN ${isInBucket(by, moment)} THEN date_trunc('${by.toLowerCase()}', ${moment}, ${add(timeZone, 'text')}) END`;
}

const isInBucket = (by: BucketWidth, moment: string) => `${moment} >= '${widths[by].first}'`;

/**
 * Returns SQL for the slot of the row `run`: a time range that falls into a single bucket of each kind. It is an hour,
 * or a quarter of an hour if a zone's offset is not always in full hours. No offset since 1972 is finer. Null if the
 * run is in no bucket.
 */
export function slotWithin(buckets: readonly Buckets[], add: Add): string {
  const zones = add([...new Set(buckets.map(({ timeZone }) => timeZone))], 'text[]');
  return `CASE WHEN ${isInBucket('HOUR', 'run.created')} THEN date_bin((
    SELECT CASE WHEN EXISTS (
      SELECT FROM unnest(${zones}) AS zone, generate_series('1972-01-01Z'::timestamptz, now() + interval '1 year', interval '1 month') AS month
      WHERE extract(minute FROM month AT TIME ZONE zone) <> 0
    ) THEN interval '15 minutes' ELSE interval '1 hour' END
  ), run.created, 'epoch') END`;
}

/** Returns SQL for a bucket's start as text, followed by a space and its label. */
export function startAndLabelAsText({ by, timeZone }: Buckets, start: string, add: Add): string {
  const local = `${start} AT TIME ZONE ${add(timeZone, 'text')}`;
  const label = `to_char(${local}, '${widths[by].label}')`;
  const offset = `(${local}) - (${start} AT TIME ZONE 'UTC')`;
  // The offset distinguishes an hour repeated by the clocks from the first one.
  const isoOffset = `CASE WHEN ${offset} < '0' THEN '-' ELSE '+' END || to_char(greatest(${offset}, -(${offset})), 'HH24:MI')`;
  return `${timestampSql(start)} || ' ' || ${label}${by === 'HOUR' ? ` || ${isoOffset}` : ''}`;
}

/** The ends of a series. */
export interface Period {
  /** Start of the series, or null to start at the first run. */
  readonly from: string | null;
  /** Exclusive end of the series. If null, it ends now, or at the last run if that is later. */
  readonly to: string | null;
  readonly now: string;
}

/**
 * Returns SQL for a query with the column `start`: the starts of all buckets in a period, including empty ones.
 * @param partials SQL for a FROM clause: a table `partial` with the starts of non-empty buckets in its column `key`
 * @param max maximum number of buckets, beyond which the series is cut off
 */
export function seriesOf(
  buckets: Buckets,
  { from, to, now }: Period,
  { partials, key, max, add }: { partials: string; key: string; max: number; add: Add },
): string {
  const { step, length, first: earliestStart } = widths[buckets.by];
  const time = (moment: string) => add(moment, 'timestamptz');
  const first = from === null ? `min(partial.${key})` : `greatest(${time(from)}, '${earliestStart}')`;
  const last = to === null ? `greatest(max(partial.${key}), ${time(now)})` : `${time(to)} - interval '1 microsecond'`;
  const fromPartials = from !== null && to !== null ? '' : ` FROM ${partials}`;
  return `SELECT DISTINCT start FROM (SELECT ${first} AS first, ${last} AS last${fromPartials}) AS period,
    LATERAL (SELECT least(last, first + ${max} * interval '${length}') AS last WHERE first <= last) AS bounded,
    LATERAL (SELECT generate_series(first, bounded.last, interval '${step}') AS moment UNION ALL SELECT bounded.last) AS moments,
    LATERAL (SELECT ${startOfBucket(buckets, 'moment', add)} AS start) AS bucket WHERE start IS NOT NULL`;
}
