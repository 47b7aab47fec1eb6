// The buckets of a period.

/** The width of the buckets in charts. */
export type Width = 'HOUR' | 'DAY' | 'WEEK';

/** A period in milliseconds since 1970. */
export interface Period {
  /** `undefined` if it starts with the first run. */
  readonly start: number | undefined;
  readonly end: number;
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

/** Returns the end of a bucket in milliseconds since 1970. Days may have 23 or 25 hours. */
export function endOfBucket(begin: number, by: Width): number {
  if (by === 'HOUR') return begin + 3_600_000;
  const date = new Date(begin);
  return date.setDate(date.getDate() + (by === 'DAY' ? 1 : 7));
}

const toIso = (ms: number) => new Date(ms).toISOString();
