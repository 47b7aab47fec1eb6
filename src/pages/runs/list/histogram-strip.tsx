import { useRef, useState } from 'react';
import { barsBetween, type HistogramBar, heightsOf } from './histogram-bars.js';

interface HistogramStripProps {
  readonly bars: readonly HistogramBar[];
  /** Replaces the bars for screen readers. */
  readonly text: string;
  /** Receives the index of the bar under the pointer. */
  readonly onReach: (index: number | undefined) => void;
  /** Receives the first and last bar across which the pointer was dragged, or the bar that was clicked. */
  readonly onSelect: (first: HistogramBar, last: HistogramBar) => void;
}

/** Bars with the failed runs at the bottom, and a brush. With the keyboard, use the period. */
export function HistogramStrip({ bars, text, onReach, onSelect }: HistogramStripProps) {
  const strip = useRef<HTMLDivElement>(null);
  const [begin, setBegin] = useState<number>();
  const [end, setEnd] = useState(0);
  const isBrushing = begin !== undefined;
  const [first, last] = isBrushing ? barsBetween(bars.length, begin, end) : [-1, -1];
  const placeOf = ({ clientX }: React.PointerEvent) => {
    const { left, width } = strip.current!.getBoundingClientRect();
    return (clientX - left) / width;
  };
  const onDown = (event: React.PointerEvent) => {
    if (event.button !== 0 || bars.length === 0) return;
    event.preventDefault();
    strip.current!.setPointerCapture(event.pointerId);
    setBegin(placeOf(event));
    setEnd(placeOf(event));
  };
  const onMove = (event: React.PointerEvent) => {
    const place = placeOf(event);
    onReach(barsBetween(bars.length, place, place)[0]);
    if (isBrushing) setEnd(place);
  };
  const onUp = () => {
    if (!isBrushing) return;
    setBegin(undefined);
    onSelect(bars[first]!, bars[last]!);
  };
  return (
    <div
      ref={strip}
      className="histogram-strip"
      role="img"
      aria-label={text}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={() => setBegin(undefined)}
      onPointerLeave={() => onReach(undefined)}
    >
      {bars.map((bar, index) => (
        <Bar key={bar.from} bar={bar} bars={bars} isBrushed={index >= first && index <= last} />
      ))}
    </div>
  );
}

interface BarProps {
  readonly bar: HistogramBar;
  readonly bars: readonly HistogramBar[];
  readonly isBrushed: boolean;
}

function Bar({ bar, bars, isBrushed }: BarProps) {
  const [runs, errors] = heightsOf(bar, bars);
  return (
    <span className={`bar ${isBrushed ? 'brushed' : ''} ${bar.isPartial ? 'partial' : ''}`}>
      {bar.runs > bar.errors && <span className="bar-succeeded" style={{ height: `${(runs - errors) * 100}%` }} />}
      {bar.errors > 0 && <span className="bar-failed" style={{ height: `${errors * 100}%` }} />}
    </span>
  );
}
