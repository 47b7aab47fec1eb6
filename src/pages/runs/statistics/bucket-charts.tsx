import '../../shared/plot/time-chart.css';
import { useMemo } from 'react';
import { formatCredits, formatDuration } from '../../shared/format/format-quantity.js';
import { formatDay, formatTime, timeZone } from '../../shared/format/format-time.js';
import { lazyComponent } from '../../shared/lazy-component.js';
import type { ChartSeries, Colour, TimeChartProps } from '../../shared/plot/chart.js';
import { setPeriod } from '../filters/period-control.js';
import { navigate, urlOf } from '../navigation.js';
import type { Bucket } from '../operations.js';
import { MeasureTable } from './measure-table.js';
import { type BucketRange, bucketRanges, type Period, type Width } from './period.js';
import { errorRateOf, shareOf } from './rates.js';

const titles = { runs: 'Runs', rate: 'Failure rate, %', seconds: 'LLM call, seconds', credits: 'Credits' };

/** A separate module, so that figures are shown even if the chart library fails to load. */
const TimeCharts = lazyComponent(() => import('../../shared/plot/time-chart.js').then((module) => module.TimeCharts), {
  loading: Object.values(titles).map((title) => (
    <figure key={title} className="time-chart">
      <figcaption>{title}</figcaption>
      <div />
    </figure>
  )),
});

interface BucketChartsProps {
  readonly buckets: readonly Bucket[];
  /** Groups of runs, each shown as a line. */
  readonly lines: readonly BucketLine[] | undefined;
  readonly by: Width;
  readonly period: Period;
  /** Parameters of the list of all these runs. */
  readonly listParams: URLSearchParams;
}

/** A group over time, without its empty buckets. */
export interface BucketLine {
  readonly name: string;
  readonly buckets: readonly Bucket[];
}

/** Runs and errors, timing and credits over time, as charts and as a table. Each bucket links to its runs. */
export function BucketCharts({ buckets, lines, by, period, listParams }: BucketChartsProps) {
  const list = listParams.toString();
  const { charts, rows } = useMemo(() => {
    const starts = buckets.map(({ start }) => start);
    const ranges = bucketRanges(starts, by, period);
    const addresses = ranges.map((range) => urlOfRange(range, new URLSearchParams(list)));
    const nameOf = ({ start }: Bucket) => (by === 'HOUR' ? formatTime(start).slice(0, -3) : formatDay(start));
    return {
      charts: chartsOf(buckets, lines, ranges, addresses),
      rows: buckets.map((bucket, index) => ({
        key: bucket.start,
        name: nameOf(bucket),
        ...(ranges[index]!.isPartial && { note: `a part of the ${by.toLowerCase()}` }),
        address: addresses[index]!,
        measures: bucket,
      })),
    };
  }, [buckets, lines, by, period, list]);
  const hasPartial = rows.some(({ note }) => note !== undefined);
  return (
    <section aria-label="Over time" className="charts">
      <TimeCharts charts={charts} />
      <p className="charts-note faint">
        A click on a chart lists the runs of that {by.toLowerCase()}. Dragging across it sets the period.
        {hasPartial && ` Striped: only a part of the ${by.toLowerCase()} is in the period.`}
      </p>
      <details>
        <summary>As a table</summary>
        <MeasureTable title={`From, in ${timeZone}`} rows={rows.toReversed()} />
      </details>
    </section>
  );
}

function urlOfRange({ from, to }: BucketRange, params: URLSearchParams): string {
  params.delete('since');
  params.set('from', from);
  params.set('to', to);
  return urlOf('runs', params);
}

function chartsOf(
  buckets: readonly Bucket[],
  lines: readonly BucketLine[] | undefined,
  ranges: readonly BucketRange[],
  addresses: readonly string[],
): readonly TimeChartProps[] {
  const shared = {
    times: buckets.map(({ start }) => Date.parse(start) / 1000),
    partial: ranges.map(({ isPartial }) => isPartial),
    timeZone,
    syncKey: 'statistics',
    onSelect(index: number) {
      navigate(addresses[index]!);
      scrollTo(0, 0);
    },
    onSelectRange(first: number, last: number) {
      setPeriod({ from: ranges[first]!.from, to: ranges[last]!.to });
    },
  };
  const charts = lines === undefined ? chartsOfAll(buckets) : chartsByGroup(lines, buckets);
  return charts.map((chart) => ({ ...shared, ...chart }));
}

type Chart = Pick<TimeChartProps, 'title' | 'kind' | 'series' | 'max'>;

function chartsOfAll(buckets: readonly Bucket[]): readonly Chart[] {
  return [
    {
      title: titles.runs,
      kind: 'stack',
      series: [
        { label: 'failed', colour: 'bad', values: buckets.map(({ errors }) => errors) },
        { label: 'succeeded', colour: 'accent', values: buckets.map(({ runs, errors }) => runs - errors) },
      ],
    },
    { title: titles.rate, kind: 'line', max: 100, series: [rateSeries('failed', 'bad', buckets)] },
    {
      title: titles.seconds,
      kind: 'line',
      series: [
        secondsSeries('p50', 'ink-soft', buckets, ({ llmCallTiming }) => llmCallTiming.p50),
        secondsSeries('p95', 'accent', buckets, ({ llmCallTiming }) => llmCallTiming.p95),
      ],
    },
    { title: titles.credits, kind: 'stack', series: [creditsSeries('credits', 'accent', buckets)] },
  ];
}

function chartsByGroup(lines: readonly BucketLine[], all: readonly Bucket[]): readonly Chart[] {
  const seriesOf = (toSeries: (label: string, colour: Colour, buckets: readonly Bucket[]) => ChartSeries) =>
    lines.map(({ name, buckets }, index) => toSeries(name, colours[index]!, withEmpty(buckets, all)));
  return [
    {
      title: titles.runs,
      kind: 'line',
      series: seriesOf((label, colour, buckets) => ({ label, colour, values: buckets.map(({ runs }) => runs) })),
    },
    { title: titles.rate, kind: 'line', max: 100, series: seriesOf(rateSeries) },
    {
      title: `${titles.seconds}, p95`,
      kind: 'line',
      series: seriesOf((label, colour, buckets) =>
        secondsSeries(label, colour, buckets, ({ llmCallTiming }) => llmCallTiming.p95),
      ),
    },
    { title: titles.credits, kind: 'line', series: seriesOf(creditsSeries) },
  ];
}

/** Returns a bucket of the group for every bucket of all runs, because the charts share their times. */
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

const colours = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5'] as const;

function rateSeries(label: string, colour: Colour, buckets: readonly Bucket[]): ChartSeries {
  return { label, colour, values: buckets.map(errorRateOf), texts: buckets.map((bucket) => shareOf(bucket) || '–') };
}

function secondsSeries(
  label: string,
  colour: Colour,
  buckets: readonly Bucket[],
  read: (bucket: Bucket) => number | null,
): ChartSeries {
  const values = buckets.map(read);
  return { label, colour, values, texts: values.map((seconds) => (seconds === null ? '–' : formatDuration(seconds))) };
}

function creditsSeries(label: string, colour: Colour, buckets: readonly Bucket[]): ChartSeries {
  const credits = buckets.map(({ chargedCredits }) => chargedCredits);
  return { label, colour, values: credits.map(Number), texts: credits.map(formatCredits) };
}
