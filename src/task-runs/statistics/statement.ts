// All selected statistics in one statement: a row of figures for each combination of dimensions that occurs, and these
// summed up for every grouping. Percentiles cannot be summed up and are computed separately.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { jsonObject } from '../../database/json-object.js';
import { createSqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import type { ReportingGroupRecord } from '../record/records.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope } from '../scope/run-scope.js';
import { visibleRuns } from '../scope/visible-runs.js';
import { isBuckets } from './dimensions.js';
import { createKeys, type Keys } from './group-by.js';
import type { Groupings } from './groupings.js';
import { type Figures, sumOfPartials, type Timing } from './measures.js';
import { composeScan } from './scan-strategy.js';

/** Where figures belong: the `groupingIdOf` its dimensions, and the value in every dimension, null in those not grouped by. */
interface CellKey {
  readonly groupingId: string;
  readonly values: readonly (string | null)[];
}

export interface StatisticsRow {
  readonly cells: readonly (CellKey & { readonly figures: Figures })[];
  /** By timing, in the order of `percentiles`; null: nothing was measured. */
  readonly percentiles: readonly (CellKey & { readonly [Name in Timing]?: readonly number[] | null })[] | null;
  readonly groups: readonly ReportingGroupRecord[] | null;
}

interface BoundStatistics extends BoundStatement {
  readonly dimensions: Keys['dimensions'];
}

/** @param maxCells one more is read than that, so that too many are noticed. */
export function composeStatistics(
  scope: RunScope,
  filter: RunFilter,
  groupings: Groupings,
  maxCells: number,
): BoundStatistics {
  const { values, add } = createSqlParameters();
  const runs = visibleRuns(scope, filter, { values, add });
  const limit = add(maxCells + 1, 'integer');
  const keys = createKeys(groupings.list.flatMap(({ path }) => path));
  const { tables, partials, percentiles } = composeScan(runs, groupings, keys, add);
  const order = [...keys.dimensions.filter(isBuckets).map(keys.of), 'sum(partial.runs) DESC', ...keys.columns];
  const group = jsonObject(ReportingGroupEntity, 'reporting_group');

  const text = `
WITH ${tables}
SELECT
  (SELECT json_agg(cell) FROM (
    SELECT json_build_object(${keys.cellKey(groupings.list)}, 'figures', json_build_object(${sumOfPartials(groupings.measures).join(', ')})) AS cell
    FROM ${partials}${keys.groupBy(groupings.list)} ORDER BY ${order.join(', ')} LIMIT ${limit}
  ) AS cells) AS cells,
  ${percentiles === null ? 'NULL' : `(SELECT json_agg(cell) FROM (SELECT cell FROM ${percentiles} LIMIT ${limit}) AS cells)`} AS percentiles,
  ${
    keys.dimensions.includes('reportingGroupId')
      ? `(SELECT json_agg(${group}) FROM reporting_group WHERE id IN (SELECT ${keys.of('reportingGroupId')} FROM partial))`
      : 'NULL'
  } AS groups`;
  // Planned for the values at hand: a statistic may be about ten runs or about millions.
  return { statement: { name: 'task_run_statistics', text, planName: null }, values, dimensions: keys.dimensions };
}
