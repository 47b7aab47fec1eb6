import type uPlot from 'uplot';
import type { ChartSeries, TimeChartProps } from './chart.js';

const distance = 12;

/** Returns a hook that shows the values of the bucket under the pointer, and a line in the middle of the bucket. */
export function showValuesAtCursor({ times, series, timeZone }: TimeChartProps): (chart: uPlot) => void {
  const box = document.createElement('div');
  box.className = 'cursor-values card';
  const line = document.createElement('div');
  line.className = 'cursor-line';
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone && { timeZone }),
  });
  let shownIndex: number | undefined;
  return ({ over, data, valToPos, cursor: { idx, left = -1 } }) => {
    const isShown = idx != null && left >= 0;
    box.hidden = !isShown;
    line.hidden = !isShown;
    if (!isShown) return;
    if (box.parentElement !== over) over.append(line, box);
    line.style.left = `${valToPos(data[0]![idx]!, 'x')}px`;
    if (idx !== shownIndex) box.replaceChildren(...linesOf(format.format(new Date(times[idx]! * 1000)), series, idx));
    shownIndex = idx;
    const isRoomRight = left + distance + box.offsetWidth <= over.clientWidth;
    box.style.left = `${isRoomRight ? left + distance : Math.max(0, left - distance - box.offsetWidth)}px`;
  };
}

function linesOf(time: string, series: readonly ChartSeries[], index: number): readonly HTMLElement[] {
  const heading = document.createElement('b');
  heading.textContent = time;
  return [heading, ...series.map((chartSeries) => lineOf(chartSeries, index))];
}

function lineOf({ label, colour, values, texts }: ChartSeries, index: number): HTMLElement {
  const line = document.createElement('span');
  line.style.setProperty('--series', `var(--${colour})`);
  const value = document.createElement('span');
  value.textContent = texts?.[index] ?? String(values[index] ?? '–');
  line.append(label, value);
  return line;
}
