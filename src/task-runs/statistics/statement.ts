// All that is asked of statistics in one statement. It reads the visible runs once, into a row for each combination of
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

/** Where figures belong: the {@link groupingMark}, and the value in every dimension, null in those not grouped by. */
export interface Place {
  readonly mark: string;
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
  const values = dimensions.map((each) => `${valueInDimension(each, parameters.add)} AS ${keyOf(each)}`);
  const limit = parameters.add(mostCells + 1, 'integer');

  const cells = `
    SELECT json_build_object(${place(list)}, 'figures', json_build_object(${sumOfParts(measures).join(', ')})) AS cell
    FROM part ${groupBy(list)}
    ORDER BY ${[...dimensions.filter(isBuckets).map(keyOf), 'sum(part.runs) DESC', ...dimensions.map(keyOf)].join(', ')}
    LIMIT ${limit}`;

  const text = `
WITH part AS MATERIALIZED (
  SELECT ${[...values, ...columnsOfPart(measures)].join(', ')}
  FROM ${runs}${dimensions.length > 0 ? ` GROUP BY ${dimensions.map(keyOf).join(', ')}` : ''}
)
SELECT
  (SELECT json_agg(cell) FROM (${cells}) AS cells) AS cells,
  ${percentilesOf(list.filter((grouping) => grouping.percentiles.size > 0))} AS percentiles,
  ${dimensions.includes('reportingGroupId') ? groupsIn(keyOf('reportingGroupId')) : 'NULL'} AS groups`;
  // Planned for the values at hand: a statistic may be about ten runs or about millions.
  return { statement: { name: 'task_run_statistics', text, planName: null }, values: parameters.values, dimensions };

  function keyOf(dimension: Dimension): string {
    return `key${dimensions.findIndex((each) => dimensionName(each) === dimensionName(dimension))}`;
  }

  function groupBy(groupings: readonly Grouping[]): string {
    return `GROUP BY GROUPING SETS (${groupings.map(({ path }) => `(${path.map(keyOf).join(', ')})`).join(', ')})`;
  }

  /** SQL: the members of a {@link Place}, in a query with these groupings. */
  function place(groupings: readonly Grouping[]): string {
    const names = new Set(groupings.flatMap(({ path }) => path.map(dimensionName)));
    const isUsed = (dimension: Dimension) => names.has(dimensionName(dimension));
    const mark = dimensions.map((each) => (isUsed(each) ? `GROUPING(${keyOf(each)})` : '1'));
    const texts = dimensions.map((each) => (isUsed(each) ? dimensionAsText(each, keyOf(each)) : 'NULL'));
    return `'mark', concat('', ${mark.join(', ') || "''"}), 'values', json_build_array(${texts.join(', ')})`;
  }

  function percentilesOf(groupings: readonly Grouping[]): string {
    if (groupings.length === 0) return 'NULL';
    const timings = [...new Set(groupings.flatMap((grouping) => [...grouping.percentiles]))];
    const shares = Object.values(percentiles).join(', ');
    const results = timings.map(
      (timing) => `'${timing}', percentile_disc(ARRAY[${shares}]) WITHIN GROUP (ORDER BY "${timing}")`,
    );
    const columns = timings.map((timing) => `${timingColumns[timing]} AS "${timing}"`);
    return `(SELECT json_agg(cell) FROM (
    SELECT json_build_object(${[place(groupings), ...results].join(', ')}) AS cell
    FROM (SELECT ${[...values, ...columns].join(', ')} FROM ${runs}) AS timed ${groupBy(groupings)} LIMIT ${limit}
  ) AS cells)`;
  }

  function groupsIn(key: string): string {
    const group = jsonObject(reportingGroup, 'reporting_group');
    return `(SELECT json_agg(${group}) FROM reporting_group WHERE id IN (SELECT ${key} FROM part))`;
  }
}

/** A digit for each dimension: 0 for those of the path, by which is grouped, as GROUPING() says it. */
export function groupingMark(path: readonly Dimension[], dimensions: readonly Dimension[]): string {
  const names = new Set(path.map(dimensionName));
  return dimensions.map((dimension) => (names.has(dimensionName(dimension)) ? '0' : '1')).join('');
}
