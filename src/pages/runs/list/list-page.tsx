import './list-page.css';
import { useState } from 'react';
import { isWithheld } from '../../shared/api/error-sentence.js';
import type { GraphqlResponse } from '../../shared/api/graphql-client.js';
import { ErrorNotice } from '../../shared/error-notice.js';
import { countOf, formatCount } from '../../shared/format/format-quantity.js';
import { ExportButton, type ExportTarget } from '../export/export-button.js';
import { FacetPanel } from '../filters/facet-panel.js';
import { FilterBar, useFilterPanel } from '../filters/filter-bar.js';
import { filterErrorOf } from '../filters/filter-error.js';
import { filterOf } from '../filters/filter-fields.js';
import { markedRuns, toggleMark } from '../marks/comparison-url.js';
import { comparisonOfMarked, MarkState } from '../marks/mark-state.js';
import { changedParams, navigate, setParams, useDocumentTitle, useLocation } from '../navigation.js';
import type { RunsData } from '../operations.js';
import { focusPeekedRow, reachedRun, usePeekedRowInView, useReturningFocus, useSteps } from '../peek/list-steps.js';
import { PeekPanel } from '../peek/peek-panel.js';
import { closePeek, peekedRun } from '../peek/peeked-run.js';
import { runPageParams, withPlace } from '../run-url.js';
import { useRetentionDays, useScope } from '../scope/scope.js';
import { useViewer } from '../scope/viewer.js';
import { Shortcuts } from '../shortcuts.js';
import { columnsOf, toggledColumns } from '../table/columns.js';
import { newestFirst, orderOf, useRunCount, useRunList } from '../table/run-list.js';
import { ViewMenu } from '../views/view-menu.js';
import { unknownParams, useColumnParams, useColumnSetter } from '../views/views.js';
import { ColumnMenu } from './column-menu.js';
import { EmptyList, ScanNotice } from './list-notices.js';
import { LiveIndicator } from './live-indicator.js';
import { countNew, mergeLive, useLiveRuns } from './live-runs.js';
import { RunTable } from './run-table.js';

export function ListPage() {
  const { params } = useLocation();
  const viewer = useViewer();
  const scope = useScope(params);
  const retentionDays = useRetentionDays(scope);
  const columnParams = useColumnParams(params, scope);
  const columns = columnsOf(columnParams);
  const paths = columnParams.getAll('show');
  const setColumns = useColumnSetter(scope);
  const unknown = unknownParams(params);
  const list = useRunList(scope, columns, params);
  const count = useRunCount(scope, filterOf(params));
  const filters = useFilterPanel(scope, !list.isLoading, hasRoomForFilters());
  const isLive = params.has('live');
  const [exported, setExported] = useState<ExportTarget>();
  const failed = viewer.error === undefined ? list : viewer;
  const { error } = failed;
  const isFilterError = filterErrorOf(error, params) !== undefined;
  // A filter with an error matches no runs. The runs of the previous filters would look like its result.
  const isStale = failed.isStale && !isFilterError;
  const reload = () => {
    list.reload();
    count.reload();
  };
  const live = useLiveRuns(isLive && error === undefined, scope, columns, filterOf(params), reload);
  // A search without a hit replaces the rows.
  const isMiss = filters.search.result?.isMiss === true;
  const connection = isMiss ? undefined : list.response?.data?.taskRuns;
  const order = orderOf(params);
  const isFirstPage = !params.has('after') && !params.has('before');
  const listed = connection?.edges.flatMap(({ cursor, node }) => (node === null ? [] : { ...node, cursor }));
  const withheld = withheldRuns(list.response);
  const hasNoAccess = viewer.response?.data?.viewer?.organizations.length === 0;
  const runs = listed && mergeLive(listed, live.changed);
  const deletedRuns = (listed?.length ?? 0) - (runs?.length ?? 0);
  const newRuns = countNew(live, listed ?? [], count.newest);
  useDocumentTitle(newRuns.count > 0 ? `(${formatCount(newRuns.count)}) Runs` : 'Runs');
  const showNew = () => {
    if (order === newestFirst && !isFirstPage) setParams({ after: null, before: null });
    reload();
  };
  const { pageInfo } = connection ?? {};
  const olderPage = pageInfo?.hasNextPage ? { after: pageInfo.endCursor, before: null } : undefined;
  const newerPage =
    pageInfo?.hasPreviousPage && !isFirstPage ? { before: pageInfo.startCursor, after: null } : undefined;
  const older = () => olderPage && setParams(olderPage);
  const newer = () => newerPage && setParams(newerPage);
  const isUnfinished =
    connection !== undefined && connection !== null && !connection.scan.isComplete && !failed.isStale;
  const continueScan = params.has('before') ? newer : older;
  const peeked = peekedRun(params, scope);
  const cursorOfPeeked = runs?.find(({ id }) => id === peeked?.id)?.cursor;
  const step = useSteps(params, list.isLoading ? undefined : runs, { newerPage, olderPage });
  useReturningFocus(runs !== undefined);
  usePeekedRowInView(peeked?.id, runs !== undefined);
  const close = () => {
    if (!params.has('peek')) return;
    focusPeekedRow();
    closePeek();
  };
  // An open run covers the filters; their button brings them back.
  const isCovered = peeked !== undefined && !hasRoomForFiltersAndRun();
  const showFilters = () => {
    close();
    if (!filters.isOpen) filters.toggle();
  };
  const panel = isCovered ? { ...filters, isOpen: false, toggle: showFilters } : filters;
  const mark = () => {
    const id = reachedRun();
    if (id !== undefined) toggleMark(params, id);
  };
  const compare = () => {
    const url = comparisonOfMarked(params, reachedRun());
    if (url !== undefined) navigate(url);
  };
  const toggleLive = () => setParams({ live: isLive ? null : 'on' }, { replace: true });
  return (
    <main className="page list-page">
      <h1 className="visually-hidden">Runs</h1>
      <FilterBar scope={scope} error={error} panel={panel}>
        <ColumnMenu selected={columns} paths={paths} onChange={setColumns} />
        <ViewMenu params={changedParams(params, { columns: toggledColumns(columns), show: paths })} />
        <ExportButton
          scope={scope}
          filter={filterOf(params)}
          order={order}
          columns={columns}
          target={exported}
          onChange={setExported}
        />
        <button type="button" aria-pressed={isLive} onClick={toggleLive}>
          Live
        </button>
      </FilterBar>
      {unknown.length > 0 && (
        <p className="notice" role="status">
          {unknown.length === 1
            ? `The filter “${unknown[0]}” no longer exists and was ignored.`
            : `The filters ${unknown.map((name) => `“${name}”`).join(', ')} no longer exist and were ignored.`}
        </p>
      )}
      <div className="list-line faint">
        <output>
          {isMiss || count.total === undefined ? ' ' : countOf(count.total + newRuns.count - deletedRuns, 'run')}
        </output>
        {connection?.runAccess === 'OWN' && <span>Some tasks show only your own runs.</span>}
        {connection?.runAccess === 'USAGE' && (
          <span>Inputs, responses and files of some runs are not visible to you.</span>
        )}
        <MarkState params={params}>
          <button type="button" className="link" onClick={() => setExported(markedRuns(params))}>
            Export
          </button>
        </MarkState>
        <LiveIndicator live={live} newRuns={newRuns} onShow={showNew} />
      </div>
      {error !== undefined && !isFilterError && !hasNoAccess && (
        <ErrorNotice error={error} onRetry={failed.reload}>
          {!isFirstPage && (
            <button type="button" onClick={() => setParams({ after: null, before: null })}>
              Go to the newest runs
            </button>
          )}
        </ErrorNotice>
      )}
      {hasNoAccess || isMiss || (runs?.length === 0 && !failed.isStale && !isUnfinished) ? (
        <EmptyList scope={scope} params={params} search={filters.search} hasNoAccess={hasNoAccess} />
      ) : (
        (isFilterError || runs || error === undefined) && (
          <div className="list-body">
            {panel.isOpen && <FacetPanel scope={scope} facets={panel.facets} />}
            {!isFilterError && (
              <div className={`list-side ${isStale ? 'stale' : ''}`} inert={isStale}>
                <RunTable
                  columns={columns}
                  withheld={withheld}
                  runs={runs}
                  scope={scope}
                  runParams={runPageParams(params)}
                  order={order}
                  isBusy={list.isLoading}
                  changed={live.changed}
                  peeked={peeked?.id}
                  marked={markedRuns(params)}
                />
                {retentionDays !== null && runs && olderPage === undefined && (
                  <p className="retention">{`Runs of this task leave after ${countOf(retentionDays, 'day')}.`}</p>
                )}
              </div>
            )}
            {peeked && (
              <PeekPanel path={peeked} runParams={withPlace(runPageParams(params), cursorOfPeeked)} onClose={close} />
            )}
          </div>
        )
      )}
      {isUnfinished && <ScanNotice scan={connection.scan} found={runs!.length} onContinue={continueScan} />}
      <nav className="list-pages row screen-only" aria-label="Pages of the list">
        <button type="button" disabled={newerPage === undefined} onClick={newer}>
          ← {order === newestFirst ? 'Newer' : 'Previous'}
        </button>
        <button type="button" disabled={olderPage === undefined} onClick={older}>
          {order === newestFirst ? 'Older' : 'Next'} →
        </button>
        <Shortcuts
          shortcuts={[
            { keys: ['j', 'ArrowDown'], description: 'the next run; Enter opens it', run: () => step(1) },
            { keys: ['k', 'ArrowUp'], description: 'the previous run', run: () => step(-1) },
            { keys: [' '], description: 'open the run next to the list, or close it' },
            { keys: ['Escape'], description: 'close the run and return to its row', run: close },
            { keys: ['x'], description: 'select the run, or clear its selection', run: mark },
            { keys: ['c'], description: 'compare two selected runs, or one with the last success', run: compare },
            { keys: ['o'], description: 'older runs', run: older },
            { keys: ['n'], description: 'newer runs', run: newer },
            { keys: ['/'], description: 'find runs', run: () => document.getElementById('find')?.focus() },
            { keys: ['f'], description: 'failed runs only, or all runs', run: () => toggleFailed(params) },
            { keys: ['l'], description: 'follow the list live, or stop', run: toggleLive },
            { keys: ['.'], description: 'show new runs', run: showNew },
            { keys: ['e'], description: 'export these runs', run: () => setExported('all') },
          ]}
        />
      </nav>
    </main>
  );
}

function hasRoomForFilters(): boolean {
  return matchMedia('(width >= 72rem)').matches;
}

function hasRoomForFiltersAndRun(): boolean {
  return matchMedia('(width >= 110rem)').matches;
}

/** Returns the ids of listed runs with errors about hidden payload. */
function withheldRuns(response: GraphqlResponse<RunsData> | undefined): ReadonlySet<string> {
  const edges = response?.data?.taskRuns?.edges ?? [];
  const withheld = (response?.errors ?? []).filter(isWithheld);
  return new Set(withheld.flatMap(({ path }) => edges[Number(path?.[2])]?.node?.id ?? []));
}

function toggleFailed(params: URLSearchParams): void {
  setParams({ status: params.get('status') === 'FAIL' ? null : 'FAIL', after: null, before: null });
}
