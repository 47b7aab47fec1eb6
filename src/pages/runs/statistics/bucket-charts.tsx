import { useMemo } from 'react';
import { formatCredits } from '../../shared/format/format-quantity.js';
import { formatDay, formatTime, timeZone } from '../../shared/format/format-time.js';
import { TimeChart } from '../../shared/plot/time-chart.js';
import { MeasureTable } from './measure-table.js';
import type { Bucket, Width } from './statistics-query.js';

interface BucketChartsProps {
  readonly buckets: readonly Bucket[];
  readonly by: Width;
}

/** Runs and errors, timing and credits over time; and the same as a table. */
export function BucketCharts({ buckets, by }: BucketChartsProps) {
  const charts = useMemo(() => chartsOf(buckets), [buckets]);
  const nameOf = ({ start }: Bucket) => (by === 'HOUR' ? formatTime(start).slice(0, -3) : formatDay(start));
  return (
    <section aria-label="Over time" className="charts">
      {charts}
      <details>
        <summary>As a table</summary>
        <MeasureTable
          title={`From, in ${timeZone}`}
          rows={buckets.toReversed().map((bucket) => ({ name: nameOf(bucket), measures: bucket }))}
        />
      </details>
    </section>
  );
}

function chartsOf(buckets: readonly Bucket[]) {
  const shared = { times: buckets.map(({ start }) => Date.parse(start) / 1000), timeZone, syncKey: 'statistics' };
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
        title="LLM call, seconds"
        kind="line"
        series={[
          { label: 'p50', colour: 'good', values: buckets.map(({ llmCallTiming }) => llmCallTiming.p50) },
          { label: 'p95', colour: 'accent', values: buckets.map(({ llmCallTiming }) => llmCallTiming.p95) },
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
