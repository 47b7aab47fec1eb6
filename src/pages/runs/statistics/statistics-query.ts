import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { timeZone } from '../../shared/format/format-time.js';
import { filterOf } from '../filters/filter-fields.js';
import type { Scope } from '../scope/scope.js';

export interface Measures {
  readonly runs: number;
  readonly errors: number;
  readonly fallbacks: number;
  readonly totalTokens: string;
  readonly chargedCredits: string;
  readonly llmCallTiming: { readonly p50: number | null; readonly p95: number | null };
}

export interface Bucket extends Measures {
  readonly start: string;
}

export interface Group extends Measures {
  readonly value: string | null;
  readonly reportingGroup?: { readonly name: string } | null;
  readonly task?: { readonly name: string | null } | null;
}

export interface Statistics extends Measures {
  readonly previous?: Measures;
  readonly buckets: readonly Bucket[];
  readonly byRevision: readonly Group[];
  readonly byFailureReason: readonly Group[];
  readonly byReportingGroup: readonly Group[];
  readonly byFallbackModel: readonly Group[];
  readonly byTask: readonly Group[];
}

export interface StatisticsData {
  readonly taskRunStats: Statistics | null;
}

const query = `query Statistics(
  $orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $by: BucketWidth!, $timeZone: String!, $hasPeriod: Boolean!
) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
    ...Measured
    previous @include(if: $hasPeriod) { ...Measured }
    buckets(by: $by, timeZone: $timeZone, withEmpty: true) { start ...Measured }
    byFailureReason: groupBy(dimension: FAILURE_REASON, first: 10) { value ...Measured }
    byRevision: groupBy(dimension: REVISION, first: 10) { value ...Measured }
    byReportingGroup: groupBy(dimension: REPORTING_GROUP, first: 10) { value reportingGroup { name } ...Measured }
    byFallbackModel: groupBy(dimension: FALLBACK_MODEL, first: 10) { value ...Measured }
    byTask: groupBy(dimension: TASK, first: 20) { value task { name } ...Measured }
  }
}
fragment Measured on TaskRunMeasures {
  runs errors fallbacks totalTokens chargedCredits llmCallTiming { p50 p95 }
}`;

export type Width = 'HOUR' | 'DAY' | 'WEEK';

/** By the address; days, unless the period is shorter than two. */
export function widthOf(params: URLSearchParams): Width {
  const by = params.get('by');
  if (by === 'HOUR' || by === 'DAY' || by === 'WEEK') return by;
  return ['1h', '24h'].includes(params.get('since') ?? '') ? 'HOUR' : 'DAY';
}

/** All of the page by one operation. */
export function useStatistics(scope: Scope | undefined, params: URLSearchParams): QueryState<StatisticsData> {
  const filter = filterOf(params);
  return useQuery<StatisticsData>(scope && query, {
    ...scope,
    filter,
    by: widthOf(params),
    timeZone: timeZone === 'Etc/UTC' ? 'UTC' : timeZone,
    hasPeriod: 'createdAfter' in filter,
  });
}
