import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { timeZone } from '../../shared/format/format-time.js';
import { filterOf } from '../filters/filter-fields.js';
import type { Scope } from '../scope/scope.js';
import { type Dimension, dimensionOf, overviewDimensions } from './dimensions.js';
import { widthOf } from './period.js';

export interface Measures {
  readonly runs: number;
  readonly errors: number;
  readonly fallbacks: number;
  readonly totalTokens: string;
  readonly chargedCredits: string;
  readonly llmCallTiming: { readonly p50: number | null; readonly p95: number | null };
}

/** Measures beside those of the previous period, where there is one. */
export interface ComparedMeasures extends Measures {
  readonly previous?: Measures;
}

export interface Bucket extends Measures {
  readonly start: string;
}

export interface Group extends ComparedMeasures {
  readonly value: string | null;
  readonly firstCreated: string | null;
  readonly lastCreated: string | null;
  readonly json?: unknown;
  readonly reportingGroup?: { readonly name: string } | null;
  readonly task?: { readonly name: string | null } | null;
}

export interface Statistics extends ComparedMeasures {
  readonly buckets: readonly Bucket[];
}

interface StatisticsData {
  readonly taskRunStats: Statistics | null;
}

/** Groups by the name of their dimension. */
interface BreakdownData {
  readonly taskRunStats: Readonly<Record<string, readonly Group[]>> | null;
}

const scopeVariables = '$orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $hasPeriod: Boolean!';
const statistics = 'taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter)';
const compared = '...Measured previous @include(if: $hasPeriod) { ...Measured }';
const fragment = `fragment Measured on TaskRunMeasures {
  runs errors fallbacks totalTokens chargedCredits llmCallTiming { p50 p95 }
}`;

const statisticsQuery = `query Statistics(${scopeVariables}, $by: BucketWidth!, $timeZone: String!) {
  ${statistics} {
    ${compared}
    buckets(by: $by, timeZone: $timeZone, withEmpty: true) { start ...Measured }
  }
}
${fragment}`;

/** Totals and what they were over time. */
export function useStatistics(scope: Scope | undefined, params: URLSearchParams): QueryState<StatisticsData> {
  return useQuery<StatisticsData>(scope && statisticsQuery, {
    ...variablesOf(scope, params),
    by: widthOf(params),
    timeZone: timeZone === 'Etc/UTC' ? 'UTC' : timeZone,
  });
}

/** The groups that a table shows of each dimension; of a chosen one, more. */
export const maxGroups = { overview: 10, chosen: 100 } as const;

/** The dimensions that the address shows, and what is known of their groups. */
export function useBreakdowns(
  scope: Scope | undefined,
  params: URLSearchParams,
): { readonly shown: readonly Dimension[]; readonly groups: QueryState<BreakdownData> } {
  const chosen = dimensionOf(params);
  const shown = chosen ? [chosen] : overviewDimensions.filter(({ name }) => name !== 'TASK' || !params.has('task'));
  const path = params.get('path');
  const needsPath = chosen?.source !== undefined;
  const selections = shown.map(({ name, fields = '', isChronological = false }) => {
    const order = isChronological ? 'LAST_CREATED_DESC' : 'RUNS_DESC';
    const first = chosen ? maxGroups.chosen : maxGroups.overview;
    return `${name}: groupBy(dimension: ${name}, ${needsPath ? 'path: $path, ' : ''}first: ${first}, orderBy: ${order}) {
      value firstCreated lastCreated ${fields} ${compared}
    }`;
  });
  const query = `query Breakdown(${scopeVariables}${needsPath ? ', $path: String!' : ''}) {
  ${statistics} {
    ${selections.join('\n    ')}
  }
}
${fragment}`;
  const isComplete = !needsPath || path !== null;
  const groups = useQuery<BreakdownData>(scope && isComplete ? query : undefined, {
    ...variablesOf(scope, params),
    ...(needsPath && { path }),
  });
  return { shown, groups };
}

function variablesOf(scope: Scope | undefined, params: URLSearchParams) {
  const filter = filterOf(params);
  return { ...scope, filter, hasPeriod: 'createdAfter' in filter };
}
