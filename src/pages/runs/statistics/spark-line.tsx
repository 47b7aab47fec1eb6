interface SparkLineProps {
  /** Oldest first. */
  readonly values: readonly number[];
}

const [width, height] = [100, 24];

/** A line without axes; nothing if all values are 0. Only visual, because the figures are next to it. */
export function SparkLine({ values }: SparkLineProps) {
  if (values.every((value) => value === 0)) return null;
  const most = Math.max(...values);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, index) => `${index * step},${height - (value / most) * (height - 2) - 1}`);
  return (
    <svg className="spark-line" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
