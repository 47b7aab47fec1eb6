import 'uplot/dist/uPlot.min.css';
import './time-chart.css';
import { memo, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { subscribeToTheme } from '../theme/theme.js';
import type { ChartMark, ChartSeries, TimeChartProps } from './chart.js';
import { bucketLength, labelledBuckets, middlesOf, partialValues, stacked, wholeValues } from './chart-values.js';
import { showValuesAtCursor } from './cursor-values.js';

const height = 220;

/**
 * Only visual: screen readers get the title, and the same numbers from a table elsewhere. It is drawn again if any of its
 * properties changes.
 */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = container.current!;
    let chart = drawChart(element, props);
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const redraw = () => {
      chart.destroy();
      chart = drawChart(element, props);
    };
    const unsubscribe = subscribeToTheme(redraw);
    return () => {
      unsubscribe();
      observer.disconnect();
      chart.destroy();
    };
  }, [props]);
  return (
    <figure className="time-chart">
      <figcaption>
        {props.title}
        {props.series.length > 1 && <SeriesKey series={props.series} />}
      </figcaption>
      <div ref={container} role="img" aria-label={`Chart: ${props.title}`} />
    </figure>
  );
});

function SeriesKey({ series }: Pick<TimeChartProps, 'series'>) {
  return (
    <ul className="series-key row bare-list">
      {series.map(({ label, colour }) => (
        <li key={label} style={{ '--series': `var(--${colour})` } as React.CSSProperties}>
          {label}
        </li>
      ))}
    </ul>
  );
}

/** Returns the colour of a custom property, which may depend on the theme, for the canvas. */
function shownColour(element: HTMLElement, name: string): string {
  element.style.color = `var(--${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}

function drawChart(element: HTMLElement, props: TimeChartProps): uPlot {
  const { times, kind, series, max, timeZone, partial = [], marks = [], onSelect, onSelectRange } = props;
  const style = getComputedStyle(element);
  const colourOf = (name: string) => shownColour(element, name);
  const ordered =
    kind === 'stack' ? stacked(series) : series.map((chartSeries) => ({ ...chartSeries, drawn: chartSeries.values }));
  const dashed = partial.includes(true) ? ordered : [];
  const axis: uPlot.Axis = {
    stroke: colourOf('ink-soft'),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colourOf('line'), width: 1 },
    ticks: { stroke: colourOf('line'), width: 1 },
  };
  const formOf = ({ colour }: ChartSeries): uPlot.Series => ({
    stroke: colourOf(colour),
    width: kind === 'stack' ? 0 : 2,
    ...(kind === 'stack' && { fill: colourOf(colour), paths: bars }),
    points: { show: kind !== 'stack' && times.length < 60, size: 5 },
  });
  const options: uPlot.Options = {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: {
      x: false,
      y: false,
      points: { size: 6 },
      drag: { x: onSelectRange !== undefined, y: false, setScale: false, dist: 8 },
    },
    ...(timeZone !== undefined && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), timeZone) }),
    scales: {
      x: { range: () => [times[0] ?? 0, (times.at(-1) ?? 0) + bucketLength(times)] },
      y: { range: { min: fromZero, max: max === undefined ? padding : { ...padding, hard: max } } },
    },
    axes: [
      { ...axis, ...(bucketLength(times) < day ? { values: axisFormats } : bucketAxis(times, timeZone)) },
      { ...axis, size: 64, values: (_chart, ticks) => ticks.map((tick) => axisNumber.format(tick)) },
    ],
    series: [
      {},
      ...ordered.map(formOf),
      ...dashed.map((chartSeries) => ({
        ...formOf(chartSeries),
        width: kind === 'stack' ? 1 : 2,
        dash: [4, 4],
        ...(kind === 'stack' && { fill: colourOf('surface') }),
      })),
    ],
    hooks: {
      setCursor: [showValuesAtCursor(props)],
      ...(marks.length > 0 && { draw: [(chart) => drawMarks(chart, marks, colourOf)] }),
      ...(onSelectRange && { setSelect: [(chart) => selectByDrag(chart, onSelectRange)] }),
      ...(onSelect && { ready: [(chart) => selectByClick(chart, onSelect)] }),
    },
    ...(kind === 'band' &&
      ordered.length > 1 && { bands: [{ series: [ordered.length, 1], fill: colourOf('accent-wash') }] }),
  };
  const data = [
    middlesOf(times),
    ...ordered.map(({ drawn }) => wholeValues(drawn, partial)),
    ...dashed.map(({ drawn }) => partialValues(drawn, partial, kind !== 'stack')),
  ] as uPlot.AlignedData;
  return new uPlot(options, data, element);
}

const day = 86_000;
const bars = uPlot.paths.bars!({ size: [0.8, 48] });

function selectByClick({ over, cursor }: uPlot, onSelect: (index: number) => void): void {
  over.classList.add('selectable');
  over.addEventListener('click', () => {
    if (cursor.idx != null) onSelect(cursor.idx);
  });
}

function selectByDrag(
  { select: { left, width }, posToIdx }: uPlot,
  onSelectRange: (first: number, last: number) => void,
): void {
  if (width > 0) onSelectRange(posToIdx(left), posToIdx(left + width));
}

function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly ChartMark[], colourOf: (name: string) => string) {
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `${12 * scale}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.textBaseline = 'top';
  ctx.lineWidth = scale;
  ctx.setLineDash([2 * scale, 3 * scale]);
  for (const { time, text, colour } of marks) {
    const x = Math.round(valToPos(time, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colourOf(colour);
    ctx.fillStyle = colourOf(colour);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const isRoomRight = x + ctx.measureText(text).width + 6 * scale < bbox.left + bbox.width;
    ctx.textAlign = isRoomRight ? 'left' : 'right';
    ctx.fillText(text, x + (isRoomRight ? 4 : -4) * scale, bbox.top);
  }
  ctx.restore();
}

/** Formats by the distance between ticks: for each tick, and for the line below it where a year or day begins. */
const axisFormats: uPlot.Axis.Values = [
  [28 * 86_400, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
];

const labelWidth = 64;

/** Labels days and longer buckets below their middles, as often as there is room. */
function bucketAxis(times: readonly number[], timeZone: string | undefined): Pick<uPlot.Axis, 'splits' | 'values'> {
  const middles = middlesOf(times);
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...(timeZone && { timeZone }) });
  const startOf = new Map(middles.map((middle, index) => [middle, times[index]!]));
  return {
    splits: ({ width }) => labelledBuckets(middles, Math.max(1, Math.floor(width / labelWidth))),
    values: (_chart, ticks) => ticks.map((tick) => format.format(new Date((startOf.get(tick) ?? tick) * 1000))),
  };
}

/**
 * Formats numbers such as `20M`, because all digits would not fit next to the chart. Different ticks have different
 * labels.
 */
const axisNumber = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 6 });

const fromZero: uPlot.Range.Limit = { soft: 0, mode: 1, pad: 0 };
const padding: uPlot.Range.Limit = { pad: 0.1, soft: 0.001, mode: 1 };
