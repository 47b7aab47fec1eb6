import { useMemo } from 'react';
import { formatCredits, roundSeconds } from '../../shared/format/format-quantity.js';
import { formatDay, formatTime, timeZone } from '../../shared/format/format-time.js';
import { TimeChart } from '../../shared/plot/time-chart.js';
import { setPeriod } from '../filters/period-control.js';
import { navigate, urlOf } from '../navigation.js';
import type { Bucket } from '../operations.js';
import { MeasureTable } from './measure-table.js';
import { type BucketRange, bucketRanges, type Period, type Width } from './period.js';
import { errorRateOf, shareOf } from './rates.js';

interface BucketChartsProps {
  readonly buckets: readonly Bucket[];
  readonly by: Width;
  readonly period: Period;
  /** The address of the list of all these runs. */
  readonly listParams: URLSearchParams;
}

/** Runs and errors, timing and credits over time; and the same as a table. Each bucket leads to its runs. */
export function BucketCharts({ buckets, by, period, listParams }: BucketChartsProps) {
  const list = listParams.toString();
  const { charts, rows } = useMemo(() => {
    const starts = buckets.map(({ start }) => start);
    const ranges = bucketRanges(starts, by, period);
    const addresses = ranges.map((range) => urlOfRange(range, new URLSearchParams(list)));
    const nameOf = ({ start }: Bucket) => (by === 'HOUR' ? formatTime(start).slice(0, -3) : formatDay(start));
    return {
      charts: chartsOf(buckets, ranges, addresses),
      rows: buckets.map((bucket, index) => ({
        key: bucket.start,
        name: nameOf(bucket),
        ...(ranges[index]!.isPartial && { note: `a part of the ${by.toLowerCase()}` }),
        address: addresses[index]!,
        measures: bucket,
      })),
    };
  }, [buckets, by, period, list]);
  const hasPartial = rows.some(({ note }) => note !== undefined);
  return (
    <section aria-label="Over time" className="charts">
      {charts}
      <p className="charts-note">
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

function chartsOf(buckets: readonly Bucket[], ranges: readonly BucketRange[], addresses: readonly string[]) {
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
  const credits = buckets.map(({ chargedCredits }) => chargedCredits);
  return (
    <>
      <TimeChart
        {...shared}
        title="Runs"
        kind="stack"
        series={[
          { label: 'failed', colour: 'bad', values: buckets.map(({ errors }) => errors) },
          { label: 'succeeded', colour: 'accent', values: buckets.map(({ runs, errors }) => runs - errors) },
        ]}
      />
      <TimeChart
        {...shared}
        title="Failure rate, %"
        kind="line"
        series={[{ label: 'failed', colour: 'bad', values: buckets.map(errorRateOf), texts: buckets.map(rateText) }]}
      />
      <TimeChart
        {...shared}
        title="LLM call, seconds"
        kind="line"
        series={[
          { label: 'p50', colour: 'good', values: buckets.map(({ llmCallTiming }) => roundSeconds(llmCallTiming.p50)) },
          {
            label: 'p95',
            colour: 'accent',
            values: buckets.map(({ llmCallTiming }) => roundSeconds(llmCallTiming.p95)),
          },
        ]}
      />
      <TimeChart
        {...shared}
        title="Credits"
        kind="stack"
        series={[
          { label: 'credits', colour: 'accent', values: credits.map(Number), texts: credits.map(formatCredits) },
        ]}
      />
    </>
  );
}

function rateText(bucket: Bucket): string {
  return shareOf(bucket) || '–';
}
