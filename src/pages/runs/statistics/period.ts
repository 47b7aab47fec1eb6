import { useEffect } from 'react';
import { periodOf as filteredPeriodOf } from '../filters/period.js';
import { setParams } from '../navigation.js';

/** How wide the buckets of charts are. */
export type Width = 'HOUR' | 'DAY' | 'WEEK';

const defaultPeriod = '7d';

/** Puts a period into an address that has none: figures of a year hide what is worse since Tuesday. */
export function useDefaultPeriod(params: URLSearchParams): void {
  const hasPeriod = ['since', 'from', 'to'].some((name) => params.has(name));
  useEffect(() => {
    if (!hasPeriod) setParams({ since: defaultPeriod }, { replace: true });
  }, [hasPeriod]);
}

/** Returns the width in the address; by default days, or hours in a period of less than two days. */
export function widthOf(params: URLSearchParams): Width {
  const by = params.get('by');
  if (by === 'HOUR' || by === 'DAY' || by === 'WEEK') return by;
  const { start, end } = periodOf(params, Date.now());
  return start !== undefined && end - start < 2 * 86_400_000 ? 'HOUR' : 'DAY';
}

/** In milliseconds since 1970. */
export interface Period {
  /** undefined: with the first run. */
  readonly start: number | undefined;
  readonly end: number;
}

/** The period of an address, as it is at a moment: it has no future. */
export function periodOf(params: URLSearchParams, now: number): Period {
  const { start, end = now } = filteredPeriodOf(params, now);
  return { start, end: Math.min(end, now) };
}

export interface BucketRange {
  readonly from: string;
  readonly to: string;
  /** The period begins or ends within the bucket. */
  readonly isPartial: boolean;
}

/** The part of each bucket that its runs are of. @param starts ascending, on the clock of the browser */
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
