interface SparkLineProps {
  /** Oldest first. */
  readonly values: readonly number[];
}

const [width, height] = [100, 24];

/** A line without axes. Only visual, because the figures are next to it. */
export function SparkLine({ values }: SparkLineProps) {
  const most = Math.max(...values, Number.MIN_VALUE);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, index) => `${index * step},${height - (value / most) * (height - 2) - 1}`);
  return (
    <svg className="spark-line" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
