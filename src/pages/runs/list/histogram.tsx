import './histogram.css';
import { useEffect, useMemo, useState } from 'react';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { countOf, formatCount } from '../../shared/format/format-quantity.js';
import { formatRowTime, timeZone } from '../../shared/format/format-time.js';
import { filterOf } from '../filters/filter-fields.js';
import { periodOf } from '../filters/period.js';
import { usePeriodBrush } from '../filters/period-brush.js';
import { useLocation } from '../navigation.js';
import { type RunHistogramData, runHistogramQuery } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';
import { barsOf, barTimeOf, bucketWidthOf, type HistogramBar, hasRunAfter, withNewRuns } from './histogram-bars.js';
import { HistogramStrip } from './histogram-strip.js';
import type { LiveRuns } from './live-runs.js';

/** The time that a bar covers, and the number of failed runs. */
function Scale({ bars }: { readonly bars: readonly HistogramBar[] }) {
  const errors = bars.reduce((sum, bar) => sum + bar.errors, 0);
  return (
    <>
      {barTimeOf(bars)}
      {errors > 0 && <span className="problem"> · {formatCount(errors)} failed</span>}
    </>
  );
}

/** Reads the runs over time, after the list, which is more important. */
export function useHistogram(
  scope: Scope | undefined,
  params: URLSearchParams,
  isListLoading: boolean,
): QueryState<RunHistogramData> {
  const by = bucketWidthOf(periodOf(params, Date.now()), Date.now());
  return useQuery(
    runHistogramQuery,
    scope && hasRoom() ? { ...scope, filter: filterOf(params), by, timeZone } : undefined,
    { isEnabled: !isListLoading, isSentOnce: true },
  );
}

/** Returns whether there is room above the list. */
function hasRoom(): boolean {
  return matchMedia('(width >= 48rem)').matches;
}

interface HistogramProps {
  readonly query: QueryState<RunHistogramData>;
  /** The changes that the list receives. */
  readonly outcomes: LiveRuns['outcomes'];
}

/** The list's runs over time. Dragging across them sets the period. */
export function Histogram({ query, outcomes }: HistogramProps) {
  const bars = useBars(query, outcomes);
  const [reached, setReached] = useState<number>();
  const reachedBar = reached === undefined ? undefined : bars[reached];
  const { params } = useLocation();
  const brush = usePeriodBrush();
  const select = (first: HistogramBar, last: HistogramBar) => {
    // An open end also covers the runs to come.
    const isOpen = last === bars.at(-1) && !params.has('to');
    brush.select(new Date(first.from).toISOString(), isOpen ? null : new Date(last.to).toISOString());
  };
  return (
    <section className="histogram screen-only" aria-label="Runs over time" aria-busy={!query.isCurrent}>
      <HistogramStrip bars={bars} text={summaryOf(bars)} onReach={setReached} onSelect={select} />
      <div className="histogram-line row faint number">
        <span>{bars[0] && formatMinute(bars[0].from)}</span>
        <span className="histogram-reached" aria-hidden="true">
          {reachedBar === undefined ? <Scale bars={bars} /> : textOf(reachedBar)}
        </span>
        {brush.previous !== undefined && (
          <button type="button" className="link" onClick={brush.undo}>
            Back to {brush.previous}
          </button>
        )}
        <span>{bars.at(-1) && formatMinute(bars.at(-1)!.to)}</span>
      </div>
    </section>
  );
}

function useBars({ response, reload }: HistogramProps['query'], outcomes: LiveRuns['outcomes']) {
  const { params } = useLocation();
  const data = response?.data;
  const counted = useMemo(() => {
    const now = Date.now();
    const period = periodOf(params, now);
    return barsOf(data?.taskRunStats?.buckets ?? [], bucketWidthOf(period, now), period, now);
    // The bars of another period are shown until its own arrive.
  }, [data]);
  const isOutdated = hasRunAfter(counted, outcomes);
  useEffect(() => {
    if (isOutdated) reload();
  }, [isOutdated]);
  return withNewRuns(counted, outcomes, data?.taskRuns?.nodes[0]?.created);
}

/** Returns the sentence that replaces the bars for screen readers. */
function summaryOf(bars: readonly HistogramBar[]): string {
  const [first, last] = [bars[0], bars.at(-1)];
  const most = bars.reduce((one, other) => (other.runs > one.runs ? other : one), bars[0]!);
  if (first === undefined || most.runs === 0) return 'No runs over time.';
  const failing = bars.reduce((one, other) => (other.errors > one.errors ? other : one), first);
  const failed = failing.errors > 0 ? `, and most failures ${rangeText(failing)}: ${formatCount(failing.errors)}` : '';
  return `Runs from ${formatMinute(first.from)} to ${formatMinute(last!.to)}: most ${rangeText(most)}: ${formatCount(most.runs)}${failed}.`;
}

function textOf(bar: HistogramBar): string {
  const failed = bar.errors > 0 ? `, ${formatCount(bar.errors)} failed` : '';
  return `${rangeText(bar)}: ${countOf(bar.runs, 'run')}${failed}`;
}

/** Returns text such as `30 Oct 09:00 – 11:00`, or `30 Oct` for a day. */
function rangeText({ from, end, to }: HistogramBar): string {
  const [begin, last] = [formatMinute(from), formatMinute(to)];
  const day = begin.slice(0, -6);
  const isDay = begin.endsWith(' 00:00') && end - from >= 82_800_000 && end - from <= 90_000_000;
  if (isDay) return day;
  return `${begin} – ${last.startsWith(`${day} `) ? last.slice(-5) : last}`;
}

/** Returns text such as `30 Oct 09:41`. */
function formatMinute(ms: number): string {
  return formatRowTime(new Date(ms).toISOString()).replace(/(:\d\d):\d\d$/, '$1');
}
