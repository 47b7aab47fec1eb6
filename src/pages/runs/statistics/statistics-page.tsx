import './statistics.css';
import { useMemo } from 'react';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { FacetPanel } from '../filters/facet-panel.js';
import { FilterBar, useFilterPanel } from '../filters/filter-bar.js';
import { filterErrorOf } from '../filters/filter-error.js';
import { activeFilters, withoutFilters } from '../filters/filter-fields.js';
import { NoMatch } from '../filters/no-match.js';
import { anyTime } from '../filters/period.js';
import type { RunSearch } from '../filters/run-search.js';
import { focusSearch } from '../filters/search-box.js';
import { FirstRun } from '../first-run/first-run.js';
import { useShortcuts } from '../keys/shortcuts.js';
import { navigate, setParams, urlOf, useDocumentTitle, useLocation } from '../navigation.js';
import type { Statistics } from '../operations.js';
import { runsPageParams } from '../run-url.js';
import { useScope } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import { useViewer } from '../scope/viewer.js';
import { ViewMenu } from '../views/view-menu.js';
import type { Width } from './bucket-ranges.js';
import { Figures } from './figures.js';
import { periodOf, useDefaultPeriod, widthOf } from './period.js';
import { useStatistics } from './statistics-query.js';
import { StatisticsSkeleton } from './statistics-skeleton.js';

/** Figures of a period, their differences from the previous period, and their breakdowns. */
export function StatisticsPage() {
  useDocumentTitle('Statistics');
  const { params } = useLocation();
  useDefaultPeriod(params);
  const viewer = useViewer();
  const scope = useScope(params);
  const figures = useStatistics(scope, params);
  const failed = viewer.error === undefined ? figures : viewer;
  const { error } = failed;
  const isFilterError = filterErrorOf(error, params) !== undefined;
  const panel = useFilterPanel(scope, !figures.isLoading, false);
  const hasNoAccess = viewer.response?.data?.viewer?.organizations.length === 0;
  useShortcuts([
    { keys: ['u'], description: 'list these runs', run: () => navigate(urlOf('runs', runsPageParams(params))) },
    { keys: ['/'], description: 'find runs', run: focusSearch },
  ]);
  return (
    <main className="page statistics-page" aria-busy={figures.isLoading}>
      <h1>Statistics</h1>
      <FilterBar scope={scope} error={error} panel={panel} hasDefaultPeriod>
        <WidthControl by={widthOf(params)} />
        <ViewMenu page="runs/statistics" params={params} />
      </FilterBar>
      {panel.isOpen && <FacetPanel scope={scope} facets={panel.facets} onClose={panel.toggle} />}
      {error !== undefined && !isFilterError && !hasNoAccess && <ErrorNotice error={error} onRetry={failed.reload} />}
      {hasNoAccess ? (
        <FirstRun onFound={figures.reload} />
      ) : (
        !isFilterError && <Content scope={scope} figures={figures} isStale={failed.isStale} search={panel.search} />
      )}
    </main>
  );
}

function WidthControl({ by }: { readonly by: Width }) {
  return (
    <label>
      <span className="faint">Buckets</span>
      <select value={by} onChange={({ target }) => setParams({ by: target.value as Width })}>
        <option value="HOUR">hours</option>
        <option value="DAY">days</option>
        <option value="WEEK">weeks</option>
      </select>
    </label>
  );
}

interface ContentProps {
  readonly scope: Scope | undefined;
  readonly figures: ReturnType<typeof useStatistics>;
  readonly isStale: boolean;
  readonly search: RunSearch;
}

/** The figures, or the reason why they are missing. */
function Content({ scope, figures, isStale, search }: ContentProps) {
  const { response, isLoading, isCurrent, error } = figures;
  const statistics = response?.data?.taskRunStats;
  const shown = useShownParams(statistics);
  if (search.result?.isMiss || (statistics?.runs === 0 && isCurrent))
    return (
      <FirstRun scope={scope} onFound={figures.reload}>
        <NoRuns scope={scope} search={search} />
      </FirstRun>
    );
  if (statistics && shown)
    return (
      <div
        className={`stack statistics-figures ${isStale ? 'stale' : ''}`}
        inert={isStale}
        aria-busy={isLoading && !isCurrent}
      >
        <Figures scope={scope} statistics={statistics} {...shown} />
      </div>
    );
  return error === undefined && <StatisticsSkeleton />;
}

/**
 * Returns the parameters with which figures were read, and their period, which moves with the clock. While others are
 * loading, the figures keep both.
 */
function useShownParams(statistics: Statistics | null | undefined) {
  return useMemo(() => {
    if (!statistics) return undefined;
    const params = new URLSearchParams(location.search);
    return { shownParams: params, period: periodOf(params, Date.now()), by: widthOf(params) };
  }, [statistics]);
}

interface NoRunsProps {
  readonly scope: Scope | undefined;
  readonly search: RunSearch;
}

/** Shown instead of figures if no runs match. */
function NoRuns({ scope, search }: NoRunsProps) {
  const { params } = useLocation();
  const isWholeTime = params.get('since') === anyTime && !params.has('from') && !params.has('to');
  const isFiltered = activeFilters(params).length > 0;
  return (
    <NoMatch scope={scope} search={search}>
      {!isWholeTime && (
        <button type="button" onClick={() => setParams({ since: anyTime, from: null, to: null })}>
          Show all times
        </button>
      )}
      {isFiltered && (
        <button type="button" onClick={() => setParams({ ...withoutFilters, since: anyTime })}>
          Remove the filters
        </button>
      )}
    </NoMatch>
  );
}
