import { type Operation, withSelection } from '../../shared/api/operation.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { filterOf } from '../filters/filter-fields.js';
import { countRunsQuery, type RunsData, runsQuery, type TaskRunFilter, type TaskRunOrder } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';
import type { Column } from './columns.js';

export const pageSize = 50;

export const newestFirst = 'CREATED_DESC';

/** Returns the order in the URL. The API rejects unknown orders. */
export function orderOf(params: URLSearchParams): TaskRunOrder {
  return (params.get('order') as TaskRunOrder | null) ?? newestFirst;
}

/** Reduces an operation on runs to the fields that the columns show. */
export function withColumns<Data, Variables>(operation: Operation<Data, Variables>, columns: readonly Column[]) {
  const fields = columns.map((column) => column.fields);
  return withSelection(operation, 'RunColumns', ['id', ...fields].join(' '));
}

/** Reads the page of the list that the URL specifies. */
export function useRunList(
  scope: Scope | undefined,
  columns: readonly Column[],
  params: URLSearchParams,
): QueryState<RunsData> {
  const before = params.get('before');
  const page = before === null ? { first: pageSize, after: params.get('after') } : { last: pageSize, before };
  return useQuery(
    withColumns(runsQuery, columns),
    scope && { ...scope, filter: filterOf(params), orderBy: orderOf(params), ...page },
  );
}

export interface RunCount {
  /** `undefined` while it is loading, or if it is unknown. */
  readonly total: number | undefined;
  /** The creation time of the newest run that was counted. */
  readonly newest: string | undefined;
  reload(): void;
}

/** Counts in a separate request, so that the list need not wait for it. */
export function useRunCount(scope: Scope | undefined, filter: TaskRunFilter): RunCount {
  const { response, isCurrent, reload } = useQuery(countRunsQuery, scope && { ...scope, filter });
  // The previous count of the same list is shown until the next one arrives.
  const runs = isCurrent ? response?.data?.taskRuns : undefined;
  return { total: runs?.totalCount ?? undefined, newest: runs?.nodes[0]?.created, reload };
}
