import './spark-bars.css';
import { memo } from 'react';
import type { HomeBucket } from '../operations.js';

interface SparkBarsProps {
  /** Oldest first. */
  readonly bars: readonly HomeBucket[];
}

const [height, step] = [28, 5];

/** Fewer bars show no development. */
const minBars = 3;

/** One bar per hour or day, with the failed runs at the bottom. Only visual, because the figures are next to it. */
export const SparkBars = memo(function SparkBars({ bars }: SparkBarsProps) {
  if (bars.length < minBars) return null;
  const most = Math.max(1, ...bars.map(({ runs }) => runs));
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * height));
  return (
    <svg
      className="spark-bars"
      viewBox={`0 0 ${bars.length * step} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {bars.map(({ runs, errors }, index) => {
        const [all, failed] = [heightOf(runs), heightOf(errors)];
        const place = { x: index * step, width: step - 1 };
        return (
          <g key={index}>
            <rect {...place} y={height - all} height={all} />
            <rect {...place} y={height - failed} height={failed} className="failed" />
          </g>
        );
      })}
      <line x1="0" x2={bars.length * step} y1={height} y2={height} />
    </svg>
  );
});
