import { type Operation, withSelection } from '../../shared/api/operation.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { timeZone } from '../../shared/format/format-time.js';
import { filterOf } from '../filters/filter-fields.js';
import {
  type BreakdownVariables,
  type Bucket,
  breakdownQuery,
  type Measures,
  type SeriesVariables,
  type StatisticsData,
  seriesQuery,
  statisticsQuery,
} from '../operations.js';
import type { Scope } from '../scope/scope-params.js';
import { type Dimension, dimensionOf, type Group, isOffered, overviewDimensions } from './dimensions.js';
import { widthOf } from './period.js';

/** Measures, together with those of the previous period if there is one. */
export type ComparedMeasures = Measures & { readonly previous?: Measures | null };

/** Groups by the name of their dimension. */
interface BreakdownsData {
  readonly taskRunStats: Readonly<Record<string, readonly Group[]>> | null;
}

/** Reads the totals and their development over time. */
export function useStatistics(scope: Scope | undefined, params: URLSearchParams): QueryState<StatisticsData> {
  return useQuery(statisticsQuery, scope && { ...variablesOf(scope, params), ...bucketsOf(params) });
}

/** A group over time, without buckets that have no runs. */
export type SeriesGroup = Group & { readonly buckets: readonly Bucket[] };

interface SeriesOfGroups {
  readonly taskRunStats: { readonly groupBy: readonly SeriesGroup[] } | null;
}

const maxSeries = 5;

/**
 * Returns the largest groups of the chosen dimension over time, or `undefined` without a dimension or until they have
 * been read.
 */
export function useSeries(scope: Scope | undefined, params: URLSearchParams): readonly SeriesGroup[] | undefined {
  const chosen = dimensionOf(params);
  const path = pathOf(chosen, params);
  const { name = '', fields = '' } = chosen ?? {};
  const selection = `groupBy(dimension: ${name}, path: $path, first: ${maxSeries}) {
    value ${fields} buckets(by: $by, timeZone: $timeZone) { ...Bucket }
  }`;
  const query = withSelection(seriesQuery, 'Series', selection);
  const { response, isCurrent } = useQuery(
    query as Operation<SeriesOfGroups, SeriesVariables>,
    scope && chosen && path !== undefined
      ? { ...scope, filter: filterOf(params), path, ...bucketsOf(params) }
      : undefined,
  );
  return isCurrent ? response?.data?.taskRunStats?.groupBy : undefined;
}

/** Maximum number of groups in the table of a dimension. The chosen dimension shows more. */
export const maxGroups = { overview: 10, chosen: 100 } as const;

/** Returns the dimensions that the URL selects, with the groups that have been read. */
export function useBreakdowns(
  scope: Scope | undefined,
  params: URLSearchParams,
): { readonly shown: readonly Dimension[]; readonly groups: QueryState<BreakdownsData> } {
  const chosen = dimensionOf(params);
  const shown = chosen ? [chosen] : overviewDimensions.filter((dimension) => isOffered(dimension, scope));
  const path = pathOf(chosen, params);
  const selections = shown.map(({ name, fields = '', isChronological = false }) => {
    const order = isChronological ? 'LAST_CREATED_DESC' : 'RUNS_DESC';
    const first = chosen ? maxGroups.chosen : maxGroups.overview;
    return `${name}: groupBy(dimension: ${name}, path: $path, first: ${first}, orderBy: ${order}) {
      value firstCreated lastCreated ${fields} ...Measures previous @include(if: $hasPeriod) { ...Measures }
    }`;
  });
  const query = withSelection(breakdownQuery, 'Breakdown', selections.join('\n'));
  const groups = useQuery(
    query as Operation<BreakdownsData, BreakdownVariables>,
    scope && path !== undefined ? { ...variablesOf(scope, params), path } : undefined,
  );
  return { shown, groups };
}

/** Returns `null` if the dimension needs no path, and `undefined` if it has not been entered yet. */
function pathOf(dimension: Dimension | undefined, params: URLSearchParams): string | null | undefined {
  return dimension?.source === undefined ? null : (params.get('path') ?? undefined);
}

function bucketsOf(params: URLSearchParams) {
  return { by: widthOf(params), timeZone: timeZone === 'Etc/UTC' ? 'UTC' : timeZone };
}

function variablesOf(scope: Scope, params: URLSearchParams) {
  const filter = filterOf(params);
  return { ...scope, filter, hasPeriod: 'createdAfter' in filter };
}
