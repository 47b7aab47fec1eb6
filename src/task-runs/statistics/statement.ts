// The statement for all selected statistics. It computes figures for each combination of dimension values that occurs,
// and sums them up for every set of every grouping. Percentiles cannot be summed up and are computed separately.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { jsonObject } from '../../database/json-object.js';
import { createSqlParameters, type SqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import type { ReportingGroupRecord } from '../columns/records.js';
import { forEachScope, requestedTaskIds } from '../visibility/requested-scopes.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import { noTerms, type SearchTerms } from '../visibility/search-terms.js';
import { indexedRange, projectsOf, type VisibleOptions, visibleRuns } from '../visibility/visible-runs.js';
import { type Period, seriesOf } from './buckets.js';
import { dimensionRow, isBuckets, isJson, valueAsText } from './dimensions.js';
import {
  groupingSetsJson,
  groupingTable,
  isSplit,
  percentilesJson,
  previousSetsJson,
  type SetRow,
  type SplitGrouping,
  tableOf,
} from './grouping-tables.js';
import type { Grouping, Groupings } from './groupings.js';
import type { Figures, Timing } from './measures.js';
import { composePartials, Keys } from './partials.js';
import { isByGrowth } from './splits.js';

interface WithFigures {
  readonly id: number;
  readonly figures: Figures;
}

/** Percentiles by timing, in the order of `percentiles`, or null if nothing was measured. */
type PercentilesRow = { readonly id: number } & { readonly [Name in Timing]?: readonly number[] | null };

export interface StatisticsRow {
  /** Each grouping's ordered sets, by grouping index, or null if it has none. */
  readonly sets: readonly (readonly (SetRow & WithFigures)[] | null)[];
  readonly percentiles: readonly PercentilesRow[] | null;
  /** Figures of the same sets in the previous period. */
  readonly previous: readonly (readonly WithFigures[] | null)[] | null;
  readonly previousPercentiles: readonly PercentilesRow[] | null;
  readonly groups: readonly ReportingGroupRecord[] | null;
  /** The ordered values of all buckets in each series, or null if it has none. */
  readonly series: readonly (readonly string[] | null)[];
}

/** The statistics that a statement computes. */
export interface StatisticsKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  readonly groupings: Groupings;
  /** The filter for the previous period, or null if nothing is selected there. */
  readonly previousFilter: RunFilter | null;
  /** The end of bucket series, in milliseconds since 1970. */
  readonly now: number;
}

/** Index terms for the runs of the period and the previous one. */
export interface StatisticsTerms {
  readonly current: SearchTerms;
  readonly previous: SearchTerms;
}

export interface StatisticsBounds {
  /** One more is read, to detect when there are too many. */
  readonly maxSets: number;
  /** Byte limit for the groups' JSON. */
  readonly maxJsonBytes: number;
}

export function bindStatistics(key: StatisticsKey, terms: StatisticsTerms, bounds: StatisticsBounds): BoundStatement {
  const parameters = createSqlParameters();
  return bind(statisticsSql(key, terms, bounds, { parameters }), parameters);
}

/**
 * Binds the statement for several scopes, with one row for each.
 * @param keys differ only in scope, and their scopes share one `batchKeyOfScope`
 */
export function bindStatisticsOfScopes(keys: readonly StatisticsKey[], bounds: StatisticsBounds): BoundStatement {
  const parameters = createSqlParameters();
  const terms = { current: noTerms, previous: noTerms };
  const text = statisticsSql(keys[0]!, terms, bounds, { parameters, taskIds: requestedTaskIds });
  const scopes = keys.map(({ scope }) => scope);
  return bind(forEachScope(scopes, text, parameters), parameters);
}

/** Binds a statement that is planned for its values, since statistics may cover ten runs or millions. */
function bind(text: string, { values }: SqlParameters): BoundStatement {
  return { statement: { name: 'task_run_statistics', text, planName: null }, values };
}

function statisticsSql(
  { scope, filter, groupings, previousFilter, now }: StatisticsKey,
  terms: StatisticsTerms,
  { maxSets, maxJsonBytes }: StatisticsBounds,
  runs: Pick<VisibleOptions, 'parameters' | 'taskIds'>,
): string {
  const { add } = runs.parameters;
  const projects = projectsOf(scope);
  const { list, measures, previousMeasures, hasLabels } = groupings;
  const runsOf = (periodFilter: RunFilter, periodTerms: SearchTerms) =>
    visibleRuns(scope, periodFilter, { terms: periodTerms, ...runs });
  const rangeOf = (periodFilter: RunFilter, periodTerms: SearchTerms) =>
    indexedRange(scope, periodFilter, { terms: periodTerms, ...runs });

  const keys = new Keys(list.filter(isSplit).map(({ split }) => split.dimension));
  const timed = list.filter(({ percentiles }) => percentiles.size > 0);
  const current = composePartials(runsOf(filter, terms.current), {
    name: 'part',
    keys,
    measures,
    add,
    projects,
    range: rangeOf(filter, terms.current),
    timings: new Set(timed.flatMap(({ percentiles }) => [...percentiles])),
  });
  const compared = list.filter(({ previousPercentiles }) => previousPercentiles !== null);
  const previousTimed = compared.filter(({ previousPercentiles }) => previousPercentiles!.size > 0);
  const previous =
    previousFilter && previousMeasures
      ? composePartials(runsOf(previousFilter, terms.previous), {
          name: 'previous_part',
          keys: new Keys([...compared, ...list.filter(isOrderedByGrowth)].flatMap(dimensionsOf)),
          measures: previousMeasures,
          add,
          projects,
          range: rangeOf(previousFilter, terms.previous),
          timings: new Set(previousTimed.flatMap(({ previousPercentiles }) => [...previousPercentiles!])),
        })
      : null;
  const { partials } = current;
  const options = { partials, keys, measures, previous, maxSets: maxSets + 1, add };
  const tables = [
    current.table,
    ...(previous ? [previous.table] : []),
    ...list.map((grouping) => groupingTable(grouping, options)),
  ];
  const maxBytes = Math.floor(maxJsonBytes / Math.max(1, list.filter(hasJsonOf).length));
  const series = groupings.series.map((buckets) => {
    const starts = seriesOf(buckets, periodOf(filter, now), {
      partials,
      key: keys.key(buckets),
      max: maxSets + 1,
      add,
    });
    const text = valueAsText(buckets, { key: 'start', text: '' }, { hasLabels, add });
    return `(SELECT json_agg(${text} ORDER BY start) FROM (${starts}) AS series)`;
  });
  const results: Record<keyof StatisticsRow, string> = {
    sets: jsonArray(list.map((grouping) => groupingSetsJson(grouping, { measures, hasLabels, maxBytes, add }))),
    percentiles: percentilesJson(timed, current),
    previous: 'NULL',
    previousPercentiles: 'NULL',
    groups: reportingGroups(list.filter(isSplit)),
    series: jsonArray(series),
  };
  if (previous && previousMeasures) {
    results.previous = jsonArray(
      list.map((grouping) =>
        grouping.previousPercentiles ? previousSetsJson(grouping, previous, previousMeasures) : 'NULL',
      ),
    );
    results.previousPercentiles = percentilesJson(previousTimed, previous);
  }
  const columns = Object.entries(results).map(([name, sql]) => `${sql} AS "${name}"`);
  return `WITH ${tables.join(',\n')}\nSELECT\n  ${columns.join(',\n  ')}`;
}

const jsonArray = (values: readonly string[]) => `json_build_array(${values.join(', ')})`;

function dimensionsOf(grouping: Grouping): SplitGrouping['split']['dimension'][] {
  return isSplit(grouping) ? [...dimensionsOf(grouping.parent), grouping.split.dimension] : [];
}

function isOrderedByGrowth({ split }: Grouping): boolean {
  return split !== null && isByGrowth(split);
}

export function hasJsonOf(grouping: Grouping): boolean {
  return isSplit(grouping) && grouping.hasJson && isJson(grouping.split.dimension);
}

/** Returns SQL for the reporting groups that the result refers to, as a JSON array. */
function reportingGroups(groupings: readonly SplitGrouping[]): string {
  const ids = groupings
    .filter(
      ({ split: { dimension } }) => !isBuckets(dimension) && dimensionRow(dimension).relation === 'reportingGroup',
    )
    .map((grouping) => `SELECT key FROM ${tableOf(grouping)}`);
  if (ids.length === 0) return 'NULL';
  const group = jsonObject(ReportingGroupEntity, 'reporting_group');
  return `(SELECT json_agg(${group}) FROM reporting_group WHERE id IN (${ids.join(' UNION ALL ')}))`;
}

/** Returns the period of a filter. */
function periodOf({ createdAfter = null, createdBefore = null }: RunFilter, now: number): Period {
  return { from: createdAfter as string | null, to: createdBefore as string | null, now: new Date(now).toISOString() };
}
