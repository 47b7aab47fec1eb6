// The bars above the list, from buckets of statistics and the runs that arrived since then.

import type { Period } from '../filters/period.js';
import { endOfBucket } from '../statistics/bucket-ranges.js';
import type { Outcome } from './live-rows.js';

export interface HistogramBucket {
  readonly start: string;
  readonly runs: number;
  readonly errors: number;
}

export interface HistogramBar {
  /** The bar's part of the period, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly runs: number;
  readonly errors: number;
  /** The end of the bar's time, which may be after that of the period. */
  readonly end: number;
  /** Whether the period contains only a part of the bar's time. */
  readonly isPartial: boolean;
}

export type BucketWidth = 'HOUR' | 'DAY';

const [hour, day] = [3_600_000, 86_400_000];
/** Up to this length, a period has a bar for each hour, or for a few of them. */
const maxHourly = 8 * day;
/** More bars would be too narrow to point at. */
const maxBars = 100;

export function bucketWidthOf({ start, end }: Period, now: number): BucketWidth {
  return start !== undefined && Math.min(end ?? now, now) - start <= maxHourly ? 'HOUR' : 'DAY';
}

/** Returns one bar for each bucket, or for the same number of them if there are many. */
export function barsOf(
  buckets: readonly HistogramBucket[],
  by: BucketWidth,
  { start, end }: Period,
  now: number,
): readonly HistogramBar[] {
  const size = Math.ceil(buckets.length / maxBars);
  const last = Math.min(end ?? now, now);
  const beginOf = (index: number) => Date.parse(buckets[index]!.start);
  const endOf = (index: number) => (index < buckets.length ? beginOf(index) : endOfBucket(beginOf(index - 1), by));
  return Array.from({ length: Math.ceil(buckets.length / (size || 1)) }, (_, bar) => {
    const [first, next] = [bar * size, Math.min((bar + 1) * size, buckets.length)];
    const [begin, whole] = [beginOf(first), endOf(next)];
    const [from, to] = [Math.max(begin, start ?? begin), Math.min(whole, Math.max(last, begin + 1))];
    const merged = buckets.slice(first, next);
    return {
      from,
      to,
      end: whole,
      runs: sumOf(merged.map(({ runs }) => runs)),
      errors: sumOf(merged.map(({ errors }) => errors)),
      isPartial: from > begin || to < whole || next - first < size,
    };
  });
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Returns text such as `per 2 hours`. */
export function barTimeOf(bars: readonly HistogramBar[]): string {
  const hours = Math.max(0, ...bars.map(({ from, end }) => Math.round((end - from) / hour)));
  const [count, unit] = hours < 23 ? [hours, 'hour'] : [Math.round(hours / 24), 'day'];
  return hours === 0 ? '' : count === 1 ? `per ${unit}` : `per ${count} ${unit}s`;
}

/** Returns whether a run was created after the end of the last bar. */
export function hasRunAfter(bars: readonly HistogramBar[], outcomes: ReadonlyMap<string, Outcome | null>): boolean {
  const end = bars.at(-1)?.end ?? Number.POSITIVE_INFINITY;
  return [...outcomes.values()].some((outcome) => outcome !== null && Date.parse(outcome.created) >= end);
}

/** Adds the runs that were created after the newest counted one. The last bar has those after its end, too. */
export function withNewRuns(
  bars: readonly HistogramBar[],
  outcomes: ReadonlyMap<string, Outcome | null>,
  newest: string | undefined,
): readonly HistogramBar[] {
  const added = bars.map((bar) => ({ ...bar }));
  for (const outcome of outcomes.values()) {
    if (outcome === null || outcome.created <= (newest ?? '')) continue;
    const time = Date.parse(outcome.created);
    const bar = added.findLast(({ from }) => from <= time);
    if (bar === undefined) continue;
    bar.runs++;
    if (outcome.isError) bar.errors++;
  }
  return added;
}

/** Returns the bars between two places, as fractions of the width, in either order. */
export function barsBetween(count: number, one: number, other: number): readonly [first: number, last: number] {
  const indexAt = (place: number) => Math.max(0, Math.min(count - 1, Math.floor(place * count)));
  return [indexAt(Math.min(one, other)), indexAt(Math.max(one, other))];
}

/** Returns the heights of a bar and its failed part, as fractions of the highest bar. */
export function heightsOf({ runs, errors }: HistogramBar, bars: readonly HistogramBar[]): readonly [number, number] {
  const most = Math.max(1, ...bars.map((bar) => bar.runs));
  return [runs / most, errors / most];
}
