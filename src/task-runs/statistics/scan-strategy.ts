// How the visible runs are scanned for statistics: as few times as possible, and in the cheapest way.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { slotWithin, startOfBucket } from './buckets.js';
import { isBuckets, valueInDimension } from './dimensions.js';
import type { Keys } from './group-by.js';
import type { Groupings } from './groupings.js';
import { partialColumns, percentilesOf } from './measures.js';
import type { Tops } from './top-groups.js';

export interface ScanStrategy {
  /** SQL: the statement's common table expressions. */
  readonly tables: string;
  /** SQL for a FROM clause: as `partial`, the runs' figures for each combination of keys that occurs. */
  readonly partials: string;
  /** SQL for a FROM clause: `cell`, the percentiles of a cell as JSON; null: none are selected. */
  readonly percentiles: string | null;
}

/**
 * @param runs SQL for a FROM clause: the visible runs as `run`
 * @param tops which groups are kept, where not all are
 */
export function composeScan(
  runs: string,
  { list, measures }: Groupings,
  keys: Keys,
  tops: Tops,
  add: SqlParameters['add'],
): ScanStrategy {
  const figures = partialColumns(measures);
  const runsWithKeys = (withBuckets = true) => {
    const values = keys.dimensions
      .filter((each) => withBuckets || !isBuckets(each))
      .map((each) => `${valueInDimension(each, add)} AS ${keys.of(each)}, `);
    return `(SELECT ${values.join('')}run.* FROM ${runs}) AS run`;
  };
  const withPercentiles = list.filter((grouping) => grouping.percentiles.size > 0);
  const timings = new Set(withPercentiles.flatMap((grouping) => [...grouping.percentiles]));
  const cell = `json_build_object(${[keys.cellKey(withPercentiles), ...percentilesOf(timings)].join(', ')}) AS cell`;
  const sorted = (columns: readonly string[]) =>
    `SELECT ${columns.join(', ')} FROM ${runsWithKeys()}${keys.groupBy(withPercentiles)}${tops.having(withPercentiles)}`;

  // Percentiles of the smallest sets: sorting for them yields the figures of these as well.
  if (tops.tables === '' && withPercentiles.some(({ path }) => path.length === keys.columns.length)) {
    const isPartial = keys.columns.map((column) => `GROUPING(${column}) = 0`).join(' AND ') || 'true';
    return {
      tables: `partial AS MATERIALIZED (${sorted([...keys.columns, ...figures, cell, `${isPartial} AS is_partial`])})`,
      partials: '(SELECT * FROM partial WHERE is_partial) AS partial',
      percentiles: 'partial',
    };
  }
  const tables = (partial: string) => {
    const percentileTable = timings.size === 0 ? '' : `,\ntimed AS MATERIALIZED (${sorted([cell])})`;
    return `partial AS MATERIALIZED (${partial})${tops.tables}${percentileTable}`;
  };
  const percentiles = timings.size === 0 ? null : 'timed';

  // Calendar arithmetic is slow, so it is done once for an hour and not for each run. With many other splits there are
  // too many such parts for this to pay off.
  const buckets = keys.dimensions.filter(isBuckets);
  const splits = keys.dimensions.filter((each) => !isBuckets(each)).map((each) => keys.of(each));
  if (buckets.length > 0 && splits.length <= 1) {
    const slot = slotWithin(buckets, add);
    const starts = buckets.map((each) => `${startOfBucket(each, 'partial.slot', add)} AS ${keys.of(each)}`);
    const groupBy = [...splits, 'slot'].join(', ');
    return {
      tables: tables(
        `SELECT ${[...splits, `${slot} AS slot`, ...figures].join(', ')} FROM ${runsWithKeys(false)} GROUP BY ${groupBy}`,
      ),
      partials: `(SELECT ${starts.join(', ')}, partial.* FROM partial) AS partial`,
      percentiles,
    };
  }
  const finest = keys.groupBy([{ path: keys.dimensions, percentiles: new Set() }]);
  return {
    tables: tables(`SELECT ${[...keys.columns, ...figures].join(', ')} FROM ${runsWithKeys()}${finest}`),
    partials: 'partial',
    percentiles,
  };
}
