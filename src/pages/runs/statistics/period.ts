import { useEffect } from 'react';
import { periodOf as filteredPeriodOf } from '../filters/period.js';
import { setParams } from '../navigation.js';

/** The width of the buckets in charts. */
export type Width = 'HOUR' | 'DAY' | 'WEEK';

const defaultPeriod = '7d';

/** Adds a default period to a URL without one, because figures for a whole year hide recent changes for the worse. */
export function useDefaultPeriod(params: URLSearchParams): void {
  const hasPeriod = ['since', 'from', 'to'].some((name) => params.has(name));
  useEffect(() => {
    if (!hasPeriod) setParams({ since: defaultPeriod }, { replace: true });
  }, [hasPeriod]);
}

/** Returns the width in the URL; by default days, or hours if the period is shorter than two days. */
export function widthOf(params: URLSearchParams): Width {
  const by = params.get('by');
  if (by === 'HOUR' || by === 'DAY' || by === 'WEEK') return by;
  const { start, end } = periodOf(params, Date.now());
  return start !== undefined && end - start < 2 * 86_400_000 ? 'HOUR' : 'DAY';
}

/** A period in milliseconds since 1970. */
export interface Period {
  /** `undefined` if it starts with the first run. */
  readonly start: number | undefined;
  readonly end: number;
}

/** Returns the period in a URL, as of a given moment. It does not extend into the future. */
export function periodOf(params: URLSearchParams, now: number): Period {
  const { start, end = now } = filteredPeriodOf(params, now);
  return { start, end: Math.min(end, now) };
}

export interface BucketRange {
  readonly from: string;
  readonly to: string;
  /** Whether the period begins or ends within the bucket. */
  readonly isPartial: boolean;
}

/** Returns the part of each bucket that lies within the period. @param starts ascending, in the browser's time zone */
export function bucketRanges(starts: readonly string[], by: Width, { start, end }: Period): readonly BucketRange[] {
  return starts.map((text, index) => {
    const begin = Date.parse(text);
    const next = starts[index + 1];
    const whole = next === undefined ? endOfBucket(begin, by) : Date.parse(next);
    const from = Math.max(begin, start ?? begin);
    const to = Math.min(whole, end);
    return { from: toIso(from), to: toIso(to), isPartial: from > begin || to < whole };
  });
}

function endOfBucket(begin: number, by: Width): number {
  if (by === 'HOUR') return begin + 3_600_000;
  const date = new Date(begin);
  return date.setDate(date.getDate() + (by === 'DAY' ? 1 : 7));
}

const toIso = (ms: number) => new Date(ms).toISOString();
