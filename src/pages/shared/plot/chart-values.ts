// The values of a chart in the form in which they are drawn.

import type { ChartSeries } from './chart.js';

type Values = readonly (number | null)[];

const dayInSeconds = 86_400;

/** Returns the usual length of a bucket in seconds; a day if there is only one. */
export function bucketLength(times: readonly number[]): number {
  return times.length > 1 ? (times.at(-1)! - times[0]!) / (times.length - 1) : dayInSeconds;
}

/** Returns the middle of each bucket. */
export function middlesOf(times: readonly number[]): readonly number[] {
  return times.map((time, index) => (time + (times[index + 1] ?? time + bucketLength(times))) / 2);
}

/** Returns at most `max` of the times, at equal distances, including the first. */
export function labelledBuckets(middles: readonly number[], max: number): number[] {
  const step = Math.ceil(middles.length / max);
  return middles.filter((_middle, index) => index % step === 0);
}

/** Returns the values without those of partial buckets. */
export function wholeValues(values: Values, partial: readonly boolean[]): Values {
  return values.map((value, index) => (partial[index] ? null : value));
}

/**
 * Returns only the values of partial buckets.
 * @param isConnected adds the previous and next values, so that a line leads to the partial ones
 */
export function partialValues(values: Values, partial: readonly boolean[], isConnected: boolean): Values {
  return values.map((value, index) => {
    const isAdjacent = isConnected && (partial[index - 1] || partial[index + 1]);
    return partial[index] || isAdjacent ? value : null;
  });
}

/**
 * Stacks each series on those before it. The highest comes first, because later ones are drawn over it. Zero is missing,
 * because a bar without height would still be drawn as a line.
 */
export function stacked(series: readonly ChartSeries[]): readonly (ChartSeries & { readonly drawn: Values })[] {
  const sums: number[] = [];
  return series
    .map((chartSeries) => ({
      ...chartSeries,
      drawn: chartSeries.values.map((value, index) => {
        sums[index] = (sums[index] ?? 0) + (value ?? 0);
        return sums[index] || null;
      }),
    }))
    .toReversed();
}
