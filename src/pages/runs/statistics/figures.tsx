import { useMemo } from 'react';
import { shortId } from '../../shared/format/format-id.js';
import { formatDay, formatMinute } from '../../shared/format/format-time.js';
import type { ChartMark } from '../../shared/plot/chart.js';
import { nameOfSince } from '../filters/period.js';
import { usePeriodBrush } from '../filters/period-brush.js';
import { changedParams, setParams, urlOf, useLocation } from '../navigation.js';
import type { Bucket, Statistics } from '../operations.js';
import { runsPageParams } from '../run-url.js';
import type { Scope } from '../scope/scope-params.js';
import type { MeasureRow } from './breakdown-rows.js';
import { Breakdowns } from './breakdowns.js';
import { type BucketRange, bucketRanges, type Period, type Width } from './bucket-ranges.js';
import { revisionMarks } from './chart-view.js';
import type { Group } from './dimension.js';
import { dimensionOf } from './dimensions.js';
import { measureOf } from './measures.js';
import { StatisticsChart } from './statistics-chart.js';
import { useBreakdowns, useSeries } from './statistics-query.js';
import { Tiles } from './tiles.js';
import { type RateRise, rateRiseIn, usualRangeRule } from './usual-range.js';

interface FiguresProps {
  readonly scope: Scope | undefined;
  readonly statistics: Statistics;
  /** The parameters with which the statistics were read, which are not those of the URL while others are loading. */
  readonly shownParams: URLSearchParams;
  readonly period: Period;
  readonly by: Width;
}

/** The tiles, the chart and the table of a period. */
export function Figures({ scope, statistics, shownParams, period, by }: FiguresProps) {
  const { params } = useLocation();
  const { buckets, previous } = statistics;
  const listParams = runsPageParams(params);
  const list = listParams.toString();
  const ranges = useMemo(() => bucketRanges(startsOf(buckets), by, period), [buckets, by, period]);
  const addresses = useMemo(() => ranges.map((range) => urlOfRange(range, list)), [ranges, list]);
  const rise = useMemo(() => (previous ? rateRiseIn(buckets, previous) : undefined), [buckets, previous]);
  const breakdown = useBreakdowns(scope, params);
  const series = useSeries(scope, params);
  const chosen = dimensionOf(params);
  const lines = useMemo(
    () => chosen && series?.map((group) => ({ ...group, name: chosen.nameOf(group, scope) })),
    [series],
  );
  const { revisions } = breakdown;
  const marks = useMemo(() => marksOf(revisions, rise, ranges), [revisions, rise, ranges]);
  const brush = usePeriodBrush();
  return (
    <>
      <div className="figures-line row">
        <PeriodLine params={shownParams} period={period} isCompared={previous !== undefined && previous !== null} />
        {brush.previous !== undefined && (
          <button type="button" className="link" onClick={brush.undo}>
            Back to {brush.previous}
          </button>
        )}
        <a href={urlOf('runs', listParams)}>List these runs</a>
      </div>
      {rise && <RiseNote rise={rise} ranges={ranges} by={by} />}
      <Tiles statistics={statistics} ranges={ranges} chosen={measureOf(params)} />
      <StatisticsChart
        measure={measureOf(params)}
        buckets={buckets}
        ranges={ranges}
        addresses={addresses}
        lines={lines}
        marks={marks}
        dimension={chosen}
        by={by}
        onSelectRange={brush.select}
      />
      <Breakdowns
        scope={scope}
        params={params}
        listParams={listParams}
        period={period}
        breakdown={breakdown}
        bucketRows={bucketRowsOf(buckets, ranges, addresses, by)}
      />
    </>
  );
}

const noMarks: readonly ChartMark[] = [];

/** Returns marks at new revisions and at the beginning of a rise. Without any, the array is always the same. */
function marksOf(
  revisions: readonly Group[],
  rise: RateRise | undefined,
  ranges: readonly BucketRange[],
): readonly ChartMark[] {
  const firstUses = revisions.map((group) => ({
    name: group.taskRevision?.name ?? shortId(group.value ?? ''),
    firstCreated: group.firstCreated ?? null,
    before: group.previous?.runs,
  }));
  const marks = revisionMarks(firstUses);
  if (rise === undefined) return marks.length === 0 ? noMarks : marks;
  return [...marks, { time: Date.parse(ranges[rise.first]!.from) / 1000, text: 'above usual', colour: 'bad' }];
}

const startsOf = (buckets: readonly Bucket[]) => buckets.map(({ start }) => start);

function urlOfRange({ from, to }: BucketRange, list: string): string {
  return urlOf('runs', changedParams(new URLSearchParams(list), { since: null, from, to }));
}

/** Returns the beginning or end of a bucket as text. */
function bucketTime(iso: string, by: Width): string {
  return by === 'HOUR' ? formatMinute(iso) : formatDay(iso);
}

interface PeriodLineProps {
  readonly params: URLSearchParams;
  readonly period: Period;
  readonly isCompared: boolean;
}

/** The period that the figures cover, which differs from that of the control while others are loading. */
function PeriodLine({ params, period: { start, end }, isCompared }: PeriodLineProps) {
  const name = params.has('from') ? undefined : nameOfSince(params.get('since'));
  const textOf = (time: number) => formatMinute(new Date(time).toISOString());
  const range = start === undefined ? 'All times' : `${textOf(start)} – ${textOf(end)}`;
  return (
    <p className="faint">
      {name && <b>{name.charAt(0).toUpperCase() + name.slice(1)}</b>} {range}
      {isCompared && ', compared with the previous period of the same length'}
    </p>
  );
}

interface RiseNoteProps {
  readonly rise: RateRise;
  readonly ranges: readonly BucketRange[];
  readonly by: Width;
}

function RiseNote({ rise: { first, last, rate, usual }, ranges, by }: RiseNoteProps) {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return (
    <p className="rise-note problem" title={usualRangeRule}>
      The failure rate {last === undefined ? 'is above its usual range since' : 'was above its usual range from'}{' '}
      <b>{bucketTime(ranges[first]!.from, by)}</b>
      {last !== undefined && (
        <>
          {' '}
          to <b>{bucketTime(ranges[last]!.to, by)}</b>
        </>
      )}
      : {percent(rate)} instead of {percent(usual)}.{' '}
      <button type="button" className="link" onClick={() => setParams({ measure: 'rate' }, { replace: true })}>
        Show the rate
      </button>
    </p>
  );
}

function bucketRowsOf(
  buckets: readonly Bucket[],
  ranges: readonly BucketRange[],
  addresses: readonly string[],
  by: Width,
): readonly MeasureRow[] {
  return buckets.map((bucket, index) => ({
    key: bucket.start,
    name: bucketTime(bucket.start, by),
    ...(ranges[index]!.isPartial && { note: `partial ${by.toLowerCase()}` }),
    address: addresses[index]!,
    measures: bucket,
  }));
}
