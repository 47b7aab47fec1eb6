// How the visible runs are read for statistics: as few times as possible, and in the way that costs least.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { isBuckets, slotWithin, startOfBucket, valueInDimension } from './dimensions.js';
import type { Groupings } from './groupings.js';
import type { Keys } from './keys.js';
import { columnsOfPart, percentilesOf } from './measures.js';

export interface Readings {
  /** SQL: the statement's common table expressions. */
  readonly tables: string;
  /** SQL for a FROM clause: as `part`, the runs' figures for each combination of keys that occurs. */
  readonly parts: string;
  /** SQL for a FROM clause: `cell`, the percentiles of a place as JSON; null: none are asked for. */
  readonly percentiles: string | null;
}

/** @param runs SQL for a FROM clause: the visible runs as `run`. */
export function composeReadings(
  runs: string,
  { list, measures }: Groupings,
  keys: Keys,
  add: SqlParameters['add'],
): Readings {
  const figures = columnsOfPart(measures);
  const keyedRuns = (withBuckets = true) => {
    const values = keys.dimensions
      .filter((each) => withBuckets || !isBuckets(each))
      .map((each) => `${valueInDimension(each, add)} AS ${keys.of(each)}, `);
    return `(SELECT ${values.join('')}run.* FROM ${runs}) AS run`;
  };
  const withPercentiles = list.filter((grouping) => grouping.percentiles.size > 0);
  const timings = new Set(withPercentiles.flatMap((grouping) => [...grouping.percentiles]));
  const cell = `json_build_object(${[keys.place(withPercentiles), ...percentilesOf(timings)].join(', ')}) AS cell`;
  const sorted = (columns: readonly string[]) =>
    `SELECT ${columns.join(', ')} FROM ${keyedRuns()}${keys.groupBy(withPercentiles)}`;

  // Percentiles of the smallest parts: sorting for them brings the parts' figures as well.
  if (withPercentiles.some(({ path }) => path.length === keys.columns.length)) {
    const isPart = keys.columns.map((column) => `GROUPING(${column}) = 0`).join(' AND ') || 'true';
    return {
      tables: `part AS MATERIALIZED (${sorted([...keys.columns, ...figures, cell, `${isPart} AS is_part`])})`,
      parts: '(SELECT * FROM part WHERE is_part) AS part',
      percentiles: 'part',
    };
  }
  const tables = (part: string) =>
    timings.size === 0
      ? `part AS MATERIALIZED (${part})`
      : `part AS MATERIALIZED (${part}),\ntimed AS MATERIALIZED (${sorted([cell])})`;
  const percentiles = timings.size === 0 ? null : 'timed';

  // Calendars are slow: an hour is as good as all its runs. With many splits beside, there are more such parts than it pays for.
  const buckets = keys.dimensions.filter(isBuckets);
  const splits = keys.dimensions.filter((each) => !isBuckets(each)).map((each) => keys.of(each));
  if (buckets.length > 0 && splits.length <= 1) {
    const slot = slotWithin(buckets, add);
    const starts = buckets.map((each) => `${startOfBucket(each, 'part.slot', add)} AS ${keys.of(each)}`);
    const groupBy = [...splits, 'slot'].join(', ');
    return {
      tables: tables(
        `SELECT ${[...splits, `${slot} AS slot`, ...figures].join(', ')} FROM ${keyedRuns(false)} GROUP BY ${groupBy}`,
      ),
      parts: `(SELECT ${starts.join(', ')}, part.* FROM part) AS part`,
      percentiles,
    };
  }
  const finest = keys.groupBy([{ path: keys.dimensions, percentiles: new Set() }]);
  return {
    tables: tables(`SELECT ${[...keys.columns, ...figures].join(', ')} FROM ${keyedRuns()}${finest}`),
    parts: 'part',
    percentiles,
  };
}
