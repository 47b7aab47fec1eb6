// All that is asked of statistics in one statement. It reads the visible runs once, into one row for each combination of
// dimensions that occurs (`part`), and sums those up for every grouping. Percentiles need the values themselves: a second
// reading, only where they are asked for.

import type { EntityMetadata } from 'typeorm';
import { jsonObject } from '../../database/json-object.js';
import { createSqlParameters } from '../../database/sql-parameters.js';
import type { Statement } from '../../database/statements.js';
import type { ReportingGroupRecord } from '../records.js';
import type { RunFilter } from '../run-filter.js';
import type { RunScope } from '../run-scope.js';
import { visibleRuns } from '../visible-runs.js';
import { type Dimension, dimensionAsText, dimensionName, isBuckets, valueInDimension } from './dimensions.js';
import type { Grouping, Groupings } from './groupings.js';
import { columnsOfPart, type Figures, percentiles, sumOfParts, type Timing, timingColumns } from './measures.js';

/** Where figures belong: the grouping's {@link groupingMask}, and its value in every dimension, null in the others. */
interface Place {
  readonly mask: number;
  readonly values: readonly (string | null)[];
}

export interface StatisticsRow {
  readonly cells: readonly (Place & { readonly figures: Figures })[];
  /** By timing, in the order of `percentiles`; null: nothing was measured. */
  readonly percentiles: readonly (Place & { readonly [Name in Timing]?: readonly number[] | null })[] | null;
  readonly groups: readonly ReportingGroupRecord[] | null;
}

interface BoundStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  /** All dimensions, in the order of a place's values. */
  readonly dimensions: readonly Dimension[];
}

/** @param mostCells one more is read than that, so that too many are noticed. */
export function composeStatistics(
  reportingGroup: EntityMetadata,
  scope: RunScope,
  filter: RunFilter,
  { list, measures }: Groupings,
  mostCells: number,
): BoundStatement {
  const parameters = createSqlParameters();
  const runs = visibleRuns(scope, filter, parameters);
  const dimensions = [...new Map(list.flatMap(({ path }) => path.map((each) => [dimensionName(each), each]))).values()];
  const keys = dimensions.map((_, index) => `key${index}`);
  const values = dimensions.map((each, index) => `${valueInDimension(each, parameters.add)} AS ${keys[index]}`);
  const limit = parameters.add(mostCells + 1, 'integer');
  const place = `'mask', ${keys.length > 0 ? `GROUPING(${keys.join(', ')})` : '0'}, 'values', json_build_array(${dimensions
    .map((each, index) => dimensionAsText(each, keys[index]!))
    .join(', ')})`;
  const groupBy = (groupings: readonly Grouping[]) =>
    `GROUP BY GROUPING SETS (${groupings.map(({ path }) => `(${path.map((each) => keyOf(each)).join(', ')})`).join(', ')})`;
  const keyOf = (dimension: Dimension) =>
    keys[dimensions.findIndex((each) => dimensionName(each) === dimensionName(dimension))]!;

  const withPercentiles = list.filter((grouping) => grouping.percentiles.size > 0);
  const timings = [...new Set(withPercentiles.flatMap((grouping) => [...grouping.percentiles]))];
  const shares = Object.values(percentiles).join(', ');
  const inOrder = [...keys.filter((_, index) => isBuckets(dimensions[index]!)), 'sum(part.runs) DESC', ...keys];
  const groupKey = keys[dimensions.indexOf('reportingGroupId')];

  const text = `
WITH part AS MATERIALIZED (
  SELECT ${[...values, ...columnsOfPart(measures)].join(', ')}
  FROM ${runs}${keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : ''}
)
SELECT
  (SELECT json_agg(cell) FROM (
    SELECT json_build_object(${place}, 'figures', json_build_object(${sumOfParts(measures).join(', ')})) AS cell
    FROM part ${groupBy(list)} ORDER BY ${inOrder.join(', ')} LIMIT ${limit}
  ) AS ordered) AS cells,
  ${
    timings.length === 0
      ? 'NULL'
      : `(SELECT json_agg(cell) FROM (
    SELECT json_build_object(${place}, ${timings
      .map((timing) => `'${timing}', percentile_disc(ARRAY[${shares}]) WITHIN GROUP (ORDER BY "${timing}")`)
      .join(', ')}) AS cell
    FROM (SELECT ${[...values, ...timings.map((timing) => `${timingColumns[timing]} AS "${timing}"`)].join(', ')} FROM ${runs}) AS timed
    ${groupBy(withPercentiles)} LIMIT ${limit}
  ) AS measured)`
  } AS percentiles,
  ${
    groupKey === undefined
      ? 'NULL'
      : `(SELECT json_agg(${jsonObject(reportingGroup, 'reporting_group')}) FROM reporting_group WHERE id IN (SELECT ${groupKey} FROM part))`
  } AS groups`;
  // Planned for the values at hand: a statistic may be about ten runs or about millions.
  return { statement: { name: 'task_run_statistics', text, planName: null }, values: parameters.values, dimensions };
}

/** What GROUPING() says of a grouping: a bit for each dimension, the last one lowest, set where it is not grouped by. */
export function groupingMask(path: readonly Dimension[], dimensions: readonly Dimension[]): number {
  const names = new Set(path.map(dimensionName));
  return dimensions.reduce((mask, dimension) => mask * 2 + (names.has(dimensionName(dimension)) ? 0 : 1), 0);
}
