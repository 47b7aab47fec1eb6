import 'uplot/dist/uPlot.min.css';
import './time-chart.css';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import type { ChartSeries, TimeChartProps } from './chart.js';

const height = 190;

/** Charts that are redrawn when the list changes. */
export function TimeCharts({ charts }: { readonly charts: readonly TimeChartProps[] }) {
  return useMemo(() => charts.map((chart) => <TimeChart key={chart.title} {...chart} />), [charts]);
}

/** Only visual: screen readers get the title, and the same numbers from a table elsewhere. */
export function TimeChart(props: TimeChartProps) {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = container.current!;
    let chart = drawChart(element, props);
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => {
      chart.destroy();
      chart = drawChart(element, props);
    };
    dark.addEventListener('change', redraw);
    return () => {
      dark.removeEventListener('change', redraw);
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
}

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

function drawChart(element: HTMLElement, props: TimeChartProps): uPlot {
  const { times, kind, series, max, timeZone, syncKey, partial, onSelect, onSelectRange } = props;
  const style = getComputedStyle(element);
  const colourOf = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const ordered =
    kind === 'stack' ? stacked(series) : series.map((chartSeries) => ({ ...chartSeries, drawn: chartSeries.values }));
  const axis: uPlot.Axis = {
    stroke: colourOf('ink-soft'),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colourOf('line'), width: 1 },
    ticks: { stroke: colourOf('line'), width: 1 },
  };
  const options: uPlot.Options = {
    width: element.clientWidth,
    height,
    cursor: {
      points: { size: 6 },
      drag: { x: onSelectRange !== undefined, y: false, setScale: false, dist: 8 },
      ...(syncKey && { sync: { key: syncKey } }),
    },
    ...(timeZone !== undefined && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), timeZone) }),
    scales: {
      x: { range: (_chart, low, high) => padded(low, high, times) },
      y: { range: { min: fromZero, max: max === undefined ? padding : { ...padding, hard: max } } },
    },
    axes: [
      { ...axis, values: axisFormats },
      { ...axis, size: 64, values: (_chart, ticks) => ticks.map((tick) => axisNumber.format(tick)) },
    ],
    series: [
      { label: 'From', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
      ...ordered.map(({ label, colour, texts, values }) => ({
        label,
        stroke: colourOf(colour),
        width: kind === 'stack' ? 0 : 2,
        ...(kind === 'stack' && {
          fill: colourOf(colour),
          paths: uPlot.paths.bars!({ size: [0.8, 48] }),
        }),
        points: { show: kind !== 'stack' && times.length < 60, size: 5 },
        value: (_chart: uPlot, _value: number | null, _series: number, index: number | null) =>
          index === null ? '–' : (texts?.[index] ?? String(values[index] ?? '–')),
      })),
    ],
    hooks: {
      setCursor: [({ root, cursor }) => root.classList.toggle('is-pointed', cursor.idx != null)],
      ...(partial?.includes(true) && { draw: [(chart) => drawStripes(chart, partial, colourOf('surface'))] }),
      ...(onSelectRange && { setSelect: [(chart) => selectByDrag(chart, onSelectRange)] }),
      ...(onSelect && { ready: [(chart) => selectByClick(chart, onSelect)] }),
    },
    ...(kind === 'band' &&
      ordered.length > 1 && { bands: [{ series: [ordered.length, 1], fill: colourOf('accent-wash') }] }),
  };
  const data = [times, ...ordered.map(({ drawn }) => drawn)] as uPlot.AlignedData;
  return new uPlot(options, data, element);
}

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

/** Cuts stripes in the background colour into what is drawn at some times. */
function drawStripes({ ctx, bbox, data, valToPos }: uPlot, partial: readonly boolean[], colour: string): void {
  const times = data[0];
  const step = times.length > 1 ? valToPos(times[1]!, 'x', true) - valToPos(times[0]!, 'x', true) : bbox.width;
  const distance = 7 * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = distance / 2;
  times.forEach((time, index) => {
    if (!partial[index]) return;
    const left = Math.max(valToPos(time, 'x', true) - step / 2, bbox.left);
    const right = Math.min(left + step, bbox.left + bbox.width);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += distance) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  });
  ctx.restore();
}

/** Formats by the distance between ticks: for each tick, and for the line below it where a year or day begins. */
const axisFormats: uPlot.Axis.Values = [
  [365 * 86_400, '{YYYY}', null, null, null, null, null, null, 1],
  [28 * 86_400, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
];

/**
 * Formats numbers such as `20M`, because all digits would not fit next to the chart. Different ticks have different
 * labels.
 */
const axisNumber = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 6 });

const fromZero: uPlot.Range.Limit = { soft: 0, mode: 1, pad: 0 };
const padding: uPlot.Range.Limit = { pad: 0.1, soft: 0.001, mode: 1 };

/** Adds half a step on both sides, so that the first and last bars are complete. */
function padded(low: number, high: number, times: readonly number[]): [number, number] {
  const step = times.length > 1 ? (times.at(-1)! - times[0]!) / (times.length - 1) : 86_400;
  return [low - step / 2, high + step / 2];
}

/** Stacks each series on those before it. The highest comes first, because later ones are drawn over it. */
function stacked(series: readonly ChartSeries[]) {
  const sums: number[] = [];
  return series
    .map((chartSeries) => ({
      ...chartSeries,
      drawn: chartSeries.values.map((value, index) => {
        sums[index] = (sums[index] ?? 0) + (value ?? 0);
        return sums[index];
      }),
    }))
    .reverse();
}
