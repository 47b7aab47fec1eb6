import '../../shared/plot/time-chart.css';
import { useMemo } from 'react';
import { timeZone } from '../../shared/format/format-time.js';
import { lazyComponent } from '../../shared/lazy-component.js';
import type { ChartMark } from '../../shared/plot/chart.js';
import { navigate, setParams, useLocation } from '../navigation.js';
import type { Bucket } from '../operations.js';
import type { BucketRange, Width } from './bucket-ranges.js';
import { type BucketLine, chartOf } from './chart-view.js';
import type { Dimension } from './dimension.js';
import type { Measure } from './measures.js';

/** A separate module, so that figures are shown even if the chart library fails to load. */
const TimeChart = lazyComponent(() => import('../../shared/plot/time-chart.js').then((module) => module.TimeChart), {
  loading: <ChartPlaceholder />,
});

/** A placeholder with the height of a chart. */
export function ChartPlaceholder() {
  return (
    <figure className="time-chart">
      <figcaption>&nbsp;</figcaption>
      <div className="placeholder" />
    </figure>
  );
}

interface StatisticsChartProps {
  readonly measure: Measure;
  readonly buckets: readonly Bucket[];
  readonly ranges: readonly BucketRange[];
  /** The URLs of the lists of the buckets' runs. */
  readonly addresses: readonly string[];
  /** Groups of the chosen dimension. */
  readonly lines: readonly BucketLine[] | undefined;
  readonly marks: readonly ChartMark[];
  readonly dimension: Dimension | undefined;
  readonly by: Width;
  readonly onSelectRange: (from: string, to: string) => void;
}

/** The chosen measure over time, of all runs or by the chosen dimension. */
export function StatisticsChart(props: StatisticsChartProps) {
  const { measure, buckets, ranges, addresses, lines, marks, dimension, by, onSelectRange } = props;
  const chart = useMemo(
    () => ({
      ...chartOf({ measure, buckets, lines }),
      times: buckets.map(({ start }) => Date.parse(start) / 1000),
      partial: ranges.map(({ isPartial }) => isPartial),
      timeZone,
      marks,
      onSelect(index: number) {
        navigate(addresses[index]!);
        scrollTo(0, 0);
      },
      onSelectRange(first: number, last: number) {
        onSelectRange(ranges[first]!.from, ranges[last]!.to);
      },
    }),
    [measure, buckets, ranges, addresses, lines, marks],
  );
  const hasPartial = ranges.some(({ isPartial }) => isPartial);
  const bucket = by.toLowerCase();
  return (
    <section aria-label="Over time" className="chart panel">
      {dimension && <LinesSwitch dimension={dimension} />}
      <TimeChart {...chart} />
      <p className="charts-note faint">
        Click to list the runs of one {bucket}. Drag to set the period.
        {measure.isRate && ' Each point is a rolling window of at least 20 runs.'}
        {measure.name === 'seconds' && ` A p95 needs 20 runs in its ${bucket}.`}
        {hasPartial && ` Dashed: a partial ${bucket}.`}
      </p>
    </section>
  );
}

/** Shows one line for each group of the dimension, or all runs together. */
function LinesSwitch({ dimension: { label } }: { readonly dimension: Dimension }) {
  const { params } = useLocation();
  const isTogether = params.has('together');
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">Lines of the chart</legend>
      <button type="button" aria-pressed={isTogether} onClick={() => setParams({ together: 'on' }, { replace: true })}>
        All runs
      </button>
      <button type="button" aria-pressed={!isTogether} onClick={() => setParams({ together: null }, { replace: true })}>
        By {label.charAt(0).toLowerCase() + label.slice(1)}
      </button>
    </fieldset>
  );
}
