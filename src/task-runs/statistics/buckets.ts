// SQL for intervals of local time in a time zone.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { timestampSql } from '../columns/timestamp.js';

type Add = SqlParameters['add'];

/** The properties of a width of buckets. */
interface Width {
  /** SQL: at least a bucket and a day after the year 1 begins, so that no start is before it, in any time zone. */
  readonly first: string;
  /** SQL: the name of a bucket in local time (ISO 8601). */
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

/** Returns SQL for the start of a moment's bucket; null if it may be before the year 1. */
export function startOfBucket({ by, timeZone }: Buckets, moment: string, add: Add): string {
  return `CASE WHEN ${isInBucket(by, moment)} THEN date_trunc('${by.toLowerCase()}', ${moment}, ${add(timeZone, 'text')}) END`;
}

const isInBucket = (by: BucketWidth, moment: string) => `${moment} >= '${widths[by].first}'`;

/**
 * Returns SQL for the slot of the row `run`, a range of time that is in one bucket of each kind: an hour, or a quarter
 * of an hour in zones whose offset is not always in full hours. No offset since 1972 is finer. Null if the run is in no
 * bucket.
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

/** Returns SQL for the text of a start, a space, and the label. */
export function startAndLabelAsText({ by, timeZone }: Buckets, start: string, add: Add): string {
  const local = `${start} AT TIME ZONE ${add(timeZone, 'text')}`;
  const label = `to_char(${local}, '${widths[by].label}')`;
  const offset = `(${local}) - (${start} AT TIME ZONE 'UTC')`;
  // The offset distinguishes an hour that clocks repeat from the first one.
  const isoOffset = `CASE WHEN ${offset} < '0' THEN '-' ELSE '+' END || to_char(greatest(${offset}, -(${offset})), 'HH24:MI')`;
  return `${timestampSql(start)} || ' ' || ${label}${by === 'HOUR' ? ` || ${isoOffset}` : ''}`;
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
 * Returns SQL for a query with the column `start`: the starts of all buckets of a period, including empty ones.
 * @param partials SQL for a FROM clause: a table `partial`, whose column `key` has the starts of buckets with runs
 * @param max beyond this number, buckets are cut off
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
