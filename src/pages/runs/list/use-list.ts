import { isWithheld } from '../../shared/api/error-sentence.js';
import type { GraphqlResponse } from '../../shared/api/graphql-client.js';
import { type FilterPanelState, useFilterPanel } from '../filters/filter-bar.js';
import { filterErrorOf } from '../filters/filter-error.js';
import { filterOf } from '../filters/filter-fields.js';
import { setParams } from '../navigation.js';
import type { RunsData } from '../operations.js';
import { useHasPayload, useScope } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import { useViewer } from '../scope/viewer.js';
import { type Column, columnsOf, type PlacedRun } from '../table/columns.js';
import { newestFirst, orderOf, useRunCount, useRunList } from '../table/run-list.js';
import { useColumnParams } from '../views/views.js';
import { useFlowingRows } from './flowing-rows.js';
import { useHistogram } from './histogram.js';
import { bodyOf, type ListPages, pagesOf } from './list-view.js';
import { countDeleted, countNew, type NewRuns, rowsOf, waitingRuns } from './live-rows.js';
import { type LiveRuns, useLiveRuns } from './live-runs.js';

/** The state of the list page, and its actions. */
export interface List {
  readonly params: URLSearchParams;
  readonly scope: Scope | undefined;
  /** Whether payload of any run is visible. */
  readonly hasPayload: boolean;
  readonly columns: readonly Column[];
  /** The paths in responses that are shown. */
  readonly paths: readonly string[];
  readonly filters: FilterPanelState;
  readonly connection: RunsData['taskRuns'] | undefined;
  /** The rows; `undefined` until they are read. */
  readonly runs: readonly PlacedRun[] | undefined;
  /** Ids of runs whose payload is not visible. */
  readonly withheld: ReadonlySet<string>;
  readonly body: ReturnType<typeof bodyOf>;
  /** The reason why the list could not be read. The filters explain it if it is about one of them. */
  readonly error: unknown;
  readonly unexplainedError: unknown;
  readonly hasNoAccess: boolean;
  readonly isLoading: boolean;
  /** Whether the rows are those of an earlier request. */
  readonly isStale: boolean;
  /** Whether only a part of the runs was searched. */
  readonly isUnfinished: boolean;
  /** The number of runs; `undefined` if it is not known. */
  readonly total: number | undefined;
  readonly pages: ListPages;
  readonly live: LiveRuns;
  /** New runs that are not shown yet. */
  readonly newRuns: NewRuns;
  readonly histogram: ReturnType<typeof useHistogram>;
  /** Repeats the request that failed. */
  retry(): void;
  showNew(): void;
}

/** Reads the list that the URL specifies, and follows it. */
export function useList(params: URLSearchParams): List {
  const viewer = useViewer();
  const scope = useScope(params);
  const columnParams = useColumnParams(params, scope);
  const hasPayload = useHasPayload(scope);
  const columns = columnsOf(columnParams, hasPayload);
  const filter = filterOf(params);
  const list = useRunList(scope, columns, params);
  const count = useRunCount(scope, filter);
  const histogram = useHistogram(scope, params, list.isLoading);
  const filters = useFilterPanel(scope, !list.isLoading, hasRoomForFilters());
  const failed = viewer.error === undefined ? list : viewer;
  const { error } = failed;
  const reload = () => {
    for (const query of [list, count, histogram]) query.reload();
  };
  const live = useLiveRuns(params.has('live') && error === undefined, scope, columns, filter, reload);
  // A search without a hit replaces the rows.
  const isMiss = filters.search.result?.isMiss === true;
  const connection = isMiss ? undefined : list.response?.data?.taskRuns;
  const pages = pagesOf(params, connection?.pageInfo);
  const listed: readonly PlacedRun[] | undefined = connection?.edges.flatMap(({ cursor, node }) =>
    node === null ? [] : { ...node, cursor },
  );
  const isNewestFirst = orderOf(params) === newestFirst;
  const flowed = useFlowingRows({
    waiting: waitingRuns(listed ?? [], live.changed),
    response: list.response,
    isEnabled: isNewestFirst && pages.isFirst && !list.isLoading,
    reload,
  });
  const runs = listed && rowsOf(listed, live.changed, flowed);
  const listedIds = listed?.map(({ id }) => id) ?? [];
  const created = countNew(live.outcomes, listedIds, count.newest).count;
  const isFilterError = filterErrorOf(error, params) !== undefined;
  const hasNoAccess = viewer.response?.data?.viewer?.organizations.length === 0;
  const isUnfinished = connection?.scan.isComplete === false && !failed.isStale;
  const state = { hasNoAccess, isMiss, isFilterError, isUnfinished, hasError: error !== undefined };
  return {
    params,
    scope,
    hasPayload,
    columns,
    paths: columnParams.getAll('show'),
    filters,
    connection,
    runs,
    withheld: withheldRuns(list.response),
    body: bodyOf({ ...state, rows: runs?.length, isStale: failed.isStale }),
    error,
    unexplainedError: isFilterError || hasNoAccess ? undefined : error,
    hasNoAccess,
    isLoading: list.isLoading,
    isStale: failed.isStale && !isFilterError,
    isUnfinished,
    total:
      isMiss || count.total === undefined
        ? undefined
        : count.total + created - countDeleted(listed ?? [], live.changed),
    pages,
    live,
    newRuns: countNew(live.outcomes, [...listedIds, ...flowed], count.newest),
    histogram,
    retry: failed.reload,
    showNew() {
      if (isNewestFirst && !pages.isFirst) setParams({ after: null, before: null });
      reload();
    },
  };
}

function hasRoomForFilters(): boolean {
  return matchMedia('(width >= 72rem)').matches;
}

/** Returns the ids of listed runs with errors about hidden payload. */
function withheldRuns(response: GraphqlResponse<RunsData> | undefined): ReadonlySet<string> {
  const edges = response?.data?.taskRuns?.edges ?? [];
  const withheld = (response?.errors ?? []).filter(isWithheld);
  return new Set(withheld.flatMap(({ path }) => edges[Number(path?.[2])]?.node?.id ?? []));
}
