import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import type { RunFilter } from '../filters/filter-fields.js';
import { filterOf } from '../filters/filter-fields.js';
import type { Scope } from '../scope/scope.js';
import { alwaysSelected, type Column, type ListedRun } from './columns.js';

export const pageSize = 50;

export interface ListScan {
  readonly isComplete: boolean;
  readonly scannedTo: string | null;
}

export interface ListData {
  readonly taskRuns: {
    readonly nodes: readonly (ListedRun | null)[];
    readonly runAccess: 'ALL' | 'OWN' | 'NONE';
    readonly scan: ListScan;
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  } | null;
}

export const newestFirst = 'CREATED_DESC';

export function orderOf(params: URLSearchParams): string {
  return params.get('order') ?? newestFirst;
}

export function selectionOf(columns: readonly Column[]): string {
  return [alwaysSelected, ...columns.map(({ fields }) => fields)].filter((fields) => fields !== '').join(' ');
}

const scopeVariables = '$orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter';
const scopeArguments = 'orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter';

/** The page of the list that the address names. */
export function useRunList(
  scope: Scope | undefined,
  columns: readonly Column[],
  params: URLSearchParams,
): QueryState<ListData> {
  const before = params.get('before');
  const page = before === null ? { first: pageSize, after: params.get('after') } : { last: pageSize, before };
  const query = `query Runs(${scopeVariables}, $orderBy: TaskRunOrder!, $first: Int, $after: String, $last: Int, $before: String) {
  taskRuns(${scopeArguments}, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { ${selectionOf(columns)} }
    runAccess
    scan { isComplete scannedTo }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
  return useQuery<ListData>(scope && query, { ...scope, filter: filterOf(params), orderBy: orderOf(params), ...page });
}

interface CountData {
  readonly taskRuns: {
    readonly totalCount: number | null;
    readonly nodes: readonly ({ readonly created: string } | null)[];
  } | null;
}

const countQuery = `query CountRuns(${scopeVariables}) {
  taskRuns(${scopeArguments}, first: 1) { totalCount nodes { created } }
}`;

export interface RunCount {
  /** undefined: it is on its way, or unknown. */
  readonly total: number | undefined;
  /** When the newest of the counted runs was made. */
  readonly newest: string | undefined;
  reload(): void;
}

/** By itself, so that the list does not wait for it. */
export function useRunCount(scope: Scope | undefined, filter: RunFilter): RunCount {
  const { response, isCurrent, reload } = useQuery<CountData>(scope && countQuery, { ...scope, filter });
  // While it is counted once more, the count before stays; not that of another list.
  const runs = isCurrent ? response?.data?.taskRuns : undefined;
  return { total: runs?.totalCount ?? undefined, newest: runs?.nodes[0]?.created, reload };
}

export const changesOf = (columns: readonly Column[]) => `subscription Changes(${scopeVariables}, $after: String) {
  taskRunChanged(${scopeArguments}, after: $after) { cursor run { ${selectionOf(columns)} } deleted { runId } }
}`;
