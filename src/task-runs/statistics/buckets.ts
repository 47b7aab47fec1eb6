// Intervals of local time in a time zone, as SQL.

import type { SqlParameters } from '../../database/sql-parameters.js';

type Add = SqlParameters['add'];

/** What there is to know of a width. */
interface Width {
  /** SQL: behind the first moment that can be shown by at least a bucket and a day, so that each start can be. */
  readonly first: string;
  /** SQL: local time as the name of a bucket, of ISO 8601. */
  readonly label: string;
  /** Shorter than any bucket of the width. */
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

/** SQL: the moment at which the bucket starts that holds a moment; null where it cannot be shown. */
export function startOfBucket({ by, timeZone }: Buckets, moment: string, add: Add): string {
  return `CASE WHEN ${isInBucket(by, moment)} THEN date_trunc('${by.toLowerCase()}', ${moment}, ${add(timeZone, 'text')}) END`;
}

const isInBucket = (by: BucketWidth, moment: string) =>
  `${moment} >= '${widths[by].first}' AND ${moment} < '10000-01-01Z'`;

/**
 * SQL: a stretch of time around the row `run` that lies in one bucket of each kind: an hour, or a quarter of it where the
 * clocks of a zone are not always set to full hours. Since 1972 that is as odd as clocks have been.
 * Null where the run is in no bucket.
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

/** SQL: a moment as it is returned. */
export function momentAsText(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** SQL: the same, a space, and the label. */
export function startAndLabelAsText({ by, timeZone }: Buckets, start: string, add: Add): string {
  const local = `${start} AT TIME ZONE ${add(timeZone, 'text')}`;
  const label = `to_char(${local}, '${widths[by].label}')`;
  const offset = `(${local}) - (${start} AT TIME ZONE 'UTC')`;
  // An hour that clocks repeat is told from the first one by its offset.
  const isoOffset = `CASE WHEN ${offset} < '0' THEN '-' ELSE '+' END || to_char(greatest(${offset}, -(${offset})), 'HH24:MI')`;
  return `${momentAsText(start)} || ' ' || ${label}${by === 'HOUR' ? ` || ${isoOffset}` : ''}`;
}

/** The ends of a series. */
export interface Period {
  /** null: the first run. */
  readonly from: string | null;
  /** Exclusive; null: now, or the last run where that is later. */
  readonly to: string | null;
  readonly now: string;
}

/**
 * SQL: a query of `start`, a column of the starts of all buckets of a period, empty ones included.
 * @param partials SQL for a FROM clause: a table `partial`, whose column `key` has the starts of those with runs
 * @param max more are cut off somewhere beyond it
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
