import { countOf } from '../../shared/format/format-quantity.js';
import { setParams } from '../navigation.js';
import type { Bucket } from '../operations.js';
import type { BucketRange } from './bucket-ranges.js';
import { isComparable } from './change.js';
import { windowsOf } from './chart-view.js';
import { Difference } from './difference.js';
import type { ComparedMeasures } from './dimension.js';
import { type Measure, measures } from './measures.js';
import { errorRateOf, isHighRate } from './rates.js';
import { SparkLine } from './spark-line.js';

interface TilesProps {
  readonly statistics: ComparedMeasures & { readonly buckets: readonly Bucket[] };
  readonly ranges: readonly BucketRange[];
  /** The measure of the chart. */
  readonly chosen: Measure;
}

/** The figures of the period with their differences from the previous one. Each tile chooses the measure of the chart. */
export function Tiles({ statistics, ranges, chosen }: TilesProps) {
  return (
    <ul className="tiles bare-list" aria-label="Figures">
      {measures.map((measure) => (
        <li key={measure.name}>
          <Tile measure={measure} statistics={statistics} ranges={ranges} isChosen={measure === chosen} />
        </li>
      ))}
    </ul>
  );
}

interface TileProps {
  readonly measure: Measure;
  readonly statistics: TilesProps['statistics'];
  readonly ranges: TilesProps['ranges'];
  readonly isChosen: boolean;
}

function Tile({ measure, statistics, ranges, isChosen }: TileProps) {
  const { name, label, textOf, exact, read, isRate = false } = measure;
  const { previous, buckets } = statistics;
  const values = sparkValues(measure, buckets, ranges);
  return (
    <button
      type="button"
      className="tile panel"
      aria-pressed={isChosen}
      title={`Show in the chart: ${label}`}
      onClick={() => setParams({ measure: name === measures[0]!.name ? null : name }, { replace: true })}
    >
      <span className="faint">{label}</span>
      <span
        className={`tile-figure number one-line ${isRate && isHighRate(statistics) ? 'problem' : ''}`}
        title={exact?.(statistics)}
      >
        {textOf(statistics)}
        {name === 'runs' && statistics.errors > 0 && (
          <small className="faint"> {countOf(statistics.errors, 'failed', 'failed')}</small>
        )}
      </span>
      <span className="tile-change number small" title={previous ? exact?.(previous) : undefined}>
        {previous && previous.runs > 0 ? (
          <>
            {isComparable(previous, statistics) && (
              <Difference now={read(statistics)} before={read(previous)} isRate={isRate} />
            )}
            <span className="faint"> vs {textOf(previous)}</span>
          </>
        ) : (
          <span className="faint">{previous ? 'no runs before' : ' '}</span>
        )}
      </span>
      <SparkLine values={values} />
    </button>
  );
}

/** Returns the values without those of partial buckets, which would look like a rise or a fall. */
function sparkValues(
  { isRate, read }: Measure,
  buckets: readonly Bucket[],
  ranges: TilesProps['ranges'],
): readonly (number | null)[] {
  if (isRate) return windowsOf(buckets).map((window) => window && errorRateOf(window));
  return buckets.map((bucket, index) => {
    const value = ranges[index]!.isPartial ? null : read(bucket);
    return value === null ? null : Number(value);
  });
}
