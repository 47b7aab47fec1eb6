interface SparkLineProps {
  /** Oldest first. The line has a gap at `null`. */
  readonly values: readonly (number | null)[];
}

const [width, height] = [100, 24];

/**
 * A line without axes, which is empty, but takes the same room, if all values are 0 or missing. Only visual, because the
 * figures are next to it.
 */
export function SparkLine({ values }: SparkLineProps) {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  const step = width / Math.max(1, values.length - 1);
  // A move instead of a line begins each part after a gap.
  const path = values.map((value, index) => {
    if (value === null) return '';
    const isFirst = (values[index - 1] ?? null) === null;
    const y = height - (value / most) * (height - 2) - 1;
    return `${isFirst ? 'M' : 'L'}${index * step} ${y}${isFirst ? 'h0.01' : ''}`;
  });
  return (
    <svg className="spark-line" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {most > 0 && <path d={path.join('')} />}
    </svg>
  );
}
