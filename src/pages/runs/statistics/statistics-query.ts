import { type Operation, withSelection } from '../../shared/api/operation.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { timeZone } from '../../shared/format/format-time.js';
import { filterOf } from '../filters/filter-fields.js';
import {
  type BreakdownVariables,
  type Bucket,
  breakdownQuery,
  type SeriesVariables,
  type StatisticsData,
  seriesQuery,
  statisticsQuery,
} from '../operations.js';
import type { Scope } from '../scope/scope-params.js';
import { tabsOf } from './breakdown-rows.js';
import type { Dimension, Group } from './dimension.js';
import { dimensionOf, isOffered, overviewDimensions } from './dimensions.js';
import { widthOf } from './period.js';

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
 * Returns the largest groups of the chosen dimension over time, or `undefined` without a dimension, until they have been
 * read, and while all runs are shown together.
 */
export function useSeries(scope: Scope | undefined, params: URLSearchParams): readonly SeriesGroup[] | undefined {
  const chosen = params.has('together') ? undefined : dimensionOf(params);
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

/** The table of a dimension, with the dimensions that have a tab. */
export interface BreakdownState {
  /** The dimension of the table: that of the URL, else that of the first tab. */
  readonly shown: Dimension | undefined;
  readonly tabs: readonly Dimension[];
  /** The groups of the dimension that is shown. */
  readonly found: readonly Group[] | undefined;
  /** The task revisions of the period. */
  readonly revisions: readonly Group[];
  readonly groups: QueryState<BreakdownsData>;
}

const noGroups: readonly Group[] = [];

/** Reads the largest groups of all dimensions with a tab, and more groups of the dimension in the URL. */
export function useBreakdowns(scope: Scope | undefined, params: URLSearchParams): BreakdownState {
  const chosen = dimensionOf(params);
  const offered = overviewDimensions.filter((dimension) => isOffered(dimension, scope));
  const overview = useGroups(scope, params, offered, maxGroups.overview);
  const groups = useGroups(scope, params, chosen ? [chosen] : [], maxGroups.chosen);
  const read = overview.response?.data?.taskRunStats;
  const tabs = tabsOf(offered, read);
  const shown = chosen ?? tabs[0];
  return {
    shown,
    tabs: chosen && offered.includes(chosen) && !tabs.includes(chosen) ? [...tabs, chosen] : tabs,
    // Until more groups have been read, those of the overview are shown.
    found: shown && ((groups.isCurrent ? groups.response?.data?.taskRunStats : undefined) ?? read)?.[shown.name],
    revisions: read?.REVISION ?? noGroups,
    groups: chosen ? groups : overview,
  };
}

function useGroups(
  scope: Scope | undefined,
  params: URLSearchParams,
  dimensions: readonly Dimension[],
  first: number,
): QueryState<BreakdownsData> {
  const path = pathOf(dimensions[0], params);
  const selections = dimensions.map(({ name, fields = '', isChronological = false }) => {
    const order = isChronological ? 'LAST_CREATED_DESC' : 'RUNS_DESC';
    return `${name}: groupBy(dimension: ${name}, path: $path, first: ${first}, orderBy: ${order}) {
      value firstCreated lastCreated ${fields} ...Measures previous @include(if: $hasPeriod) { ...Measures }
    }`;
  });
  const query = withSelection(breakdownQuery, 'Breakdown', selections.join('\n'));
  return useQuery(
    query as Operation<BreakdownsData, BreakdownVariables>,
    scope && path !== undefined && selections.length > 0 ? { ...variablesOf(scope, params), path } : undefined,
  );
}

/** Returns `null` if the dimension needs no path, and `undefined` if it has not been entered yet. */
function pathOf(dimension: Dimension | undefined, params: URLSearchParams): string | null | undefined {
  return dimension?.source === undefined ? null : (params.get('path') ?? undefined);
}

function bucketsOf(params: URLSearchParams) {
  return { by: widthOf(params), timeZone };
}

function variablesOf(scope: Scope, params: URLSearchParams) {
  const filter = filterOf(params);
  return { ...scope, filter, hasPeriod: 'createdAfter' in filter };
}
