// All selected statistics in one statement: a row of figures for each combination of dimensions that occurs, and these
// summed up for every grouping. Percentiles cannot be summed up and are computed separately.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { jsonObject } from '../../database/json-object.js';
import { createSqlParameters, type SqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import { limits } from '../../limits.js';
import type { ReportingGroupRecord } from '../record/records.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope } from '../scope/run-scope.js';
import { type CandidateIndex, visibleRuns } from '../scope/visible-runs.js';
import { type Period, seriesOf } from './buckets.js';
import { dimensionAsText, isBuckets, readsTable } from './dimensions.js';
import { createKeys, type Keys } from './group-by.js';
import type { Groupings } from './groupings.js';
import { type Figures, figureSums, type Timing } from './measures.js';
import { composeScan } from './scan-strategy.js';
import { composeTops } from './top-groups.js';

/** Where figures belong: the `groupingMaskOf` its dimensions, and the value in every dimension, null in those not grouped by. */
interface CellKey {
  readonly groupingMask: string;
  readonly values: readonly (string | null)[];
}

export interface StatisticsRow {
  readonly cells: readonly (CellKey & { readonly figures: Figures })[];
  /** By timing, in the order of `percentiles`; null: nothing was measured. */
  readonly percentiles: readonly (CellKey & { readonly [Name in Timing]?: readonly number[] | null })[] | null;
  readonly groups: readonly ReportingGroupRecord[] | null;
  /** Where there are any: the values of each of the tops in its order; null: of none. */
  readonly tops?: readonly (readonly (string | null)[] | null)[];
  /** Where there are any: the values of all buckets of each series in their order; null: none. */
  readonly series?: readonly (readonly string[] | null)[];
}

/** What a statement with a period before returns. */
export interface ComparedRow {
  readonly current: StatisticsRow;
  readonly previous: StatisticsRow;
}

/** What a statement computes. */
export interface StatisticsKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  readonly groupings: Groupings;
  /** Of the runs of the period before; null: nothing is selected of these. */
  readonly previousFilter: RunFilter | null;
  /** Where series of buckets end, in milliseconds since 1970. */
  readonly now: number;
}

interface BoundStatistics extends BoundStatement {
  readonly dimensions: Keys['dimensions'];
  /** Of the period before; empty where there is none. */
  readonly previousDimensions: Keys['dimensions'];
}

/** By which the runs are found, and those of the period before. */
export interface StatisticsIndexes {
  readonly current: CandidateIndex;
  readonly previous: CandidateIndex;
}

/** @param maxCells one more is read than that, so that too many are noticed. */
export function composeStatistics(
  { scope, filter, groupings, previousFilter, now }: StatisticsKey,
  indexes: StatisticsIndexes,
  maxCells: number,
): BoundStatistics {
  const parameters = createSqlParameters();
  const compose = (periodFilter: RunFilter, selected: Groupings, index: CandidateIndex) =>
    composePeriod({ scope, filter: periodFilter, groupings: selected, now, index }, maxCells, parameters);
  const current = compose(filter, groupings, indexes.current);
  const previous =
    previousFilter && groupings.previous && compose(previousFilter, groupings.previous, indexes.previous);
  const asJson = ({ text }: { text: string }) => `(SELECT row_to_json(period) FROM (${text}) AS period)`;
  const text = previous ? `SELECT ${asJson(current)} AS current, ${asJson(previous)} AS previous` : current.text;
  return {
    // Planned for the values at hand: a statistic may be about ten runs or about millions.
    statement: { name: 'task_run_statistics', text, planName: null },
    values: parameters.values,
    dimensions: current.dimensions,
    previousDimensions: previous ? previous.dimensions : [],
  };
}

function composePeriod(
  { scope, filter, groupings, now, index }: Omit<StatisticsKey, 'previousFilter'> & { readonly index: CandidateIndex },
  maxCells: number,
  parameters: SqlParameters,
) {
  const { add } = parameters;
  const visible = visibleRuns(scope, filter, { index, parameters });
  const runs = isReadFromTable(groupings)
    ? `(SELECT run.* FROM ${visible} LIMIT ${add(limits.runsFromTable.value + 1, 'integer')}) AS run`
    : visible;
  const limit = add(maxCells + 1, 'integer');
  const dimensions = groupings.list.flatMap(({ path }) => path);
  const keys = createKeys(dimensions, groupings.hasLabels, add);
  const tops = composeTops(groupings, keys, add);
  const { tables, partials, percentiles } = composeScan(runs, groupings, keys, tops, add);
  const order = [...keys.dimensions.filter(isBuckets).map(keys.of), 'sum(partial.runs) DESC', ...keys.columns];
  const group = jsonObject(ReportingGroupEntity, 'reporting_group');
  const series = groupings.series.map((buckets) => {
    const starts = seriesOf(buckets, periodOf(filter, now), {
      partials,
      key: keys.of(buckets),
      max: maxCells + 1,
      add,
    });
    const text = dimensionAsText(buckets, 'start', { hasLabels: groupings.hasLabels, add });
    return `(SELECT json_agg(${text} ORDER BY start) FROM (${starts}) AS series)`;
  });

  const text = `
WITH ${tables}
SELECT
  (SELECT json_agg(cell) FROM (
    SELECT json_build_object(${keys.cellKey(groupings.list)}, 'figures', json_build_object(${figureSums(groupings.measures).join(', ')})) AS cell
    FROM ${partials}${keys.groupBy(groupings.list)}${tops.having(groupings.list)} ORDER BY ${order.join(', ')} LIMIT ${limit}
  ) AS cells) AS cells,
  ${percentiles === null ? 'NULL' : `(SELECT json_agg(cell) FROM (SELECT cell FROM ${percentiles} LIMIT ${limit}) AS cells)`} AS percentiles,
  ${
    keys.dimensions.includes('reportingGroupId')
      ? `(SELECT json_agg(${group}) FROM reporting_group WHERE id IN (SELECT ${keys.of('reportingGroupId')} FROM partial))`
      : 'NULL'
  } AS groups${tops.tables && `,\n  ${tops.values} AS tops`}${series.length > 0 ? `,\n  json_build_array(${series.join(', ')}) AS series` : ''}`;
  return { text, dimensions: keys.dimensions };
}

/** Whether what the runs are split by is not in the index of lists. Then only so many of them are read. */
export function isReadFromTable({ list }: Groupings): boolean {
  return list.some(({ path }) => path.some(readsTable));
}

/** The filter's own ends. */
function periodOf({ createdAfter = null, createdBefore = null }: RunFilter, now: number): Period {
  return { from: createdAfter as string | null, to: createdBefore as string | null, now: new Date(now).toISOString() };
}
