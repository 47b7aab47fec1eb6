import { type Operation, withSelection } from '../../shared/api/operation.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { timeZone } from '../../shared/format/format-time.js';
import { filterOf } from '../filters/filter-fields.js';
import {
  type BreakdownVariables,
  breakdownQuery,
  type Measures,
  type StatisticsData,
  statisticsQuery,
} from '../operations.js';
import type { Scope } from '../scope/scope.js';
import { type Dimension, dimensionOf, type Group, overviewDimensions } from './dimensions.js';
import { widthOf } from './period.js';

/** Measures with those of the previous period, where there is one. */
export type ComparedMeasures = Measures & { readonly previous?: Measures | null };

/** Groups by the name of their dimension. */
interface BreakdownsData {
  readonly taskRunStats: Readonly<Record<string, readonly Group[]>> | null;
}

/** Totals and what they were over time. */
export function useStatistics(scope: Scope | undefined, params: URLSearchParams): QueryState<StatisticsData> {
  return useQuery(
    statisticsQuery,
    scope && {
      ...variablesOf(scope, params),
      by: widthOf(params),
      timeZone: timeZone === 'Etc/UTC' ? 'UTC' : timeZone,
    },
  );
}

/** The groups that a table shows of each dimension; of a chosen one, more. */
export const maxGroups = { overview: 10, chosen: 100 } as const;

/** The dimensions that the address shows, and what is known of their groups. */
export function useBreakdowns(
  scope: Scope | undefined,
  params: URLSearchParams,
): { readonly shown: readonly Dimension[]; readonly groups: QueryState<BreakdownsData> } {
  const chosen = dimensionOf(params);
  const shown = chosen ? [chosen] : overviewDimensions.filter(({ name }) => name !== 'TASK' || !params.has('task'));
  const path = params.get('path');
  const needsPath = chosen?.source !== undefined;
  const selections = shown.map(({ name, fields = '', isChronological = false }) => {
    const order = isChronological ? 'LAST_CREATED_DESC' : 'RUNS_DESC';
    const first = chosen ? maxGroups.chosen : maxGroups.overview;
    return `${name}: groupBy(dimension: ${name}, path: $path, first: ${first}, orderBy: ${order}) {
      value firstCreated lastCreated ${fields} ...Measures previous @include(if: $hasPeriod) { ...Measures }
    }`;
  });
  const query = withSelection(breakdownQuery, 'Breakdown', selections.join('\n'));
  const isComplete = !needsPath || path !== null;
  const groups = useQuery(
    query as Operation<BreakdownsData, BreakdownVariables>,
    scope && isComplete ? { ...variablesOf(scope, params), path: needsPath ? path : null } : undefined,
  );
  return { shown, groups };
}

function variablesOf(scope: Scope, params: URLSearchParams) {
  const filter = filterOf(params);
  return { ...scope, filter, hasPeriod: 'createdAfter' in filter };
}
