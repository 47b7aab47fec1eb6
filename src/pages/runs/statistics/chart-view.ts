// The page's chart: one measure over time, of all runs or of the largest groups.

import { formatCount, formatDuration } from '../../shared/format/format-quantity.js';
import type { ChartMark, ChartSeries, Colour, TimeChartProps } from '../../shared/plot/chart.js';
import type { Bucket } from '../operations.js';
import { minRuns } from './change.js';
import type { Measure } from './measures.js';
import { errorRateOf, type Outcomes, p95Of, shareOf } from './rates.js';

/** A group over time, without its empty buckets. */
export interface BucketLine {
  readonly name: string;
  readonly buckets: readonly Bucket[];
}

interface ChartInput {
  readonly measure: Measure;
  readonly buckets: readonly Bucket[];
  /** Groups of runs, each shown as a line. */
  readonly lines: readonly BucketLine[] | undefined;
}

type ChartView = Pick<TimeChartProps, 'title' | 'kind' | 'series' | 'max'>;

/** Returns the chart of a measure. */
export function chartOf({ measure, buckets, lines }: ChartInput): ChartView {
  const { title, max, label } = measure;
  const shared = { title, ...(max !== undefined && { max }) };
  if (lines !== undefined) {
    const series = lines.map(({ name, buckets: found }, index) =>
      seriesOf(name, colours[index]!, withEmpty(found, buckets), measure),
    );
    return { ...shared, title: measure.name === 'seconds' ? `${title}, p95` : title, kind: 'line', series };
  }
  if (measure.name === 'runs') return { ...shared, kind: 'stack', series: outcomesOf(buckets) };
  if (measure.name === 'seconds') return { ...shared, kind: 'line', series: percentilesOf(buckets) };
  const [kind, colour] = measure.isRate ? (['line', 'bad'] as const) : (['stack', 'accent'] as const);
  return { ...shared, kind, series: [seriesOf(label.toLowerCase(), colour, buckets, measure)] };
}

const colours = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5'] as const;

function seriesOf(label: string, colour: Colour, buckets: readonly Bucket[], measure: Measure): ChartSeries {
  if (measure.isRate) return rateSeries(label, colour, buckets);
  const values = buckets.map((bucket) => {
    const value = measure.read(bucket);
    return value === null ? null : Number(value);
  });
  const texts = buckets.map((bucket, index) => {
    if (values[index] === null) return '–';
    return measure.exact && measure.name !== 'seconds' ? measure.exact(bucket)! : measure.textOf(bucket);
  });
  return { label, colour, values, texts };
}

function rateSeries(label: string, colour: Colour, buckets: readonly Bucket[]): ChartSeries {
  const windows = windowsOf(buckets);
  return {
    label,
    colour,
    values: windows.map((window) => window && errorRateOf(window)),
    texts: windows.map((window) => (window ? `${shareOf(window)} of ${formatCount(window.runs)} runs` : '–')),
  };
}

/**
 * Returns for each bucket its outcomes, with those of earlier buckets until they are enough for a rate, or `null` if the
 * earlier ones are too few.
 */
export function windowsOf(buckets: readonly Outcomes[]): readonly (Outcomes | null)[] {
  return buckets.map((_bucket, index) => {
    const window = { runs: 0, errors: 0 };
    for (let earlier = index; earlier >= 0 && window.runs < minRuns; earlier--) {
      window.runs += buckets[earlier]!.runs;
      window.errors += buckets[earlier]!.errors;
    }
    return window.runs < minRuns ? null : window;
  });
}

function outcomesOf(buckets: readonly Bucket[]): readonly ChartSeries[] {
  return [
    { label: 'failed', colour: 'bad', values: buckets.map(({ errors }) => errors) },
    { label: 'succeeded', colour: 'accent', values: buckets.map(({ runs, errors }) => runs - errors) },
  ];
}

function percentilesOf(buckets: readonly Bucket[]): readonly ChartSeries[] {
  const percentile = (label: 'p50' | 'p95', colour: Colour): ChartSeries => {
    const values = buckets.map((bucket) => (label === 'p95' ? p95Of(bucket) : bucket.llmCallTiming.p50));
    return { label, colour, values, texts: values.map((value) => (value === null ? '–' : formatDuration(value))) };
  };
  return [percentile('p50', 'ink-soft'), percentile('p95', 'accent')];
}

/** Returns a bucket of the group for every bucket of all runs, because the lines share their times. */
function withEmpty(buckets: readonly Bucket[], all: readonly Bucket[]): readonly Bucket[] {
  const byStart = new Map(buckets.map((bucket) => [bucket.start, bucket]));
  return all.map(({ start }) => byStart.get(start) ?? { ...emptyBucket, start });
}

const emptyBucket = {
  runs: 0,
  errors: 0,
  fallbacks: 0,
  totalTokens: '0',
  chargedCredits: '0',
  llmCallTiming: { p50: null, p95: null },
};

/** A task revision with its first run in the period. */
export interface FirstUse {
  readonly name: string;
  readonly firstCreated: string | null;
  /** The number of runs in the previous period. */
  readonly before: number | undefined;
}

/** Returns a mark at the first run of each revision that the previous period did not have. */
export function revisionMarks(revisions: readonly FirstUse[]): readonly ChartMark[] {
  return revisions.flatMap(({ name, firstCreated, before }) =>
    firstCreated === null || before !== 0
      ? []
      : [{ time: Date.parse(firstCreated) / 1000, text: name, colour: 'ink-soft' as const }],
  );
}
