// How the visible runs are read for statistics: as few times as possible, and in the way that costs least.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { isBuckets, quarterHour, startOfBucket, valueInDimension } from './dimensions.js';
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
  const keyedRuns = () => {
    const values = keys.dimensions.map((each) => `${valueInDimension(each, add)} AS ${keys.of(each)}, `);
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

  // By time alone: clocks and calendars are slow, and a quarter of an hour is as good as all its runs.
  if (keys.columns.length > 0 && keys.dimensions.every(isBuckets)) {
    const starts = keys.dimensions.map(
      (each) => `${startOfBucket(each, 'part.quarter_hour', add)} AS ${keys.of(each)}`,
    );
    return {
      tables: tables(
        `SELECT ${[`${quarterHour} AS quarter_hour`, ...figures].join(', ')} FROM ${runs} GROUP BY quarter_hour`,
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
