import './statistics.css';
import { useMemo } from 'react';
import { ErrorNotice } from '../../shared/error-notice.js';
import { FacetPanel } from '../filters/facet-panel.js';
import { FilterBar, useFilterPanel } from '../filters/filter-bar.js';
import { filterErrorOf } from '../filters/filter-error.js';
import { activeFilters, withoutFilters } from '../filters/filter-fields.js';
import { NoMatch } from '../filters/no-match.js';
import { anyTime } from '../filters/period.js';
import type { RunSearch } from '../filters/run-search.js';
import { navigate, setParams, urlOf, useDocumentTitle, useLocation } from '../navigation.js';
import { runsPageParams } from '../run-url.js';
import { useScope } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import { NoAccess, useViewer } from '../scope/viewer.js';
import { Shortcuts } from '../shortcuts.js';
import { Breakdowns } from './breakdowns.js';
import { BucketCharts } from './bucket-charts.js';
import { dimensionOf } from './dimensions.js';
import { periodOf, useDefaultPeriod, type Width, widthOf } from './period.js';
import { useSeries, useStatistics } from './statistics-query.js';
import { Totals } from './totals.js';

/** Figures of a period, their differences from the previous period, and their breakdowns. */
export function StatisticsPage() {
  useDocumentTitle('Statistics');
  const { params } = useLocation();
  useDefaultPeriod(params);
  const viewer = useViewer();
  const scope = useScope(params);
  const figures = useStatistics(scope, params);
  const { response, isLoading } = figures;
  const failed = viewer.error === undefined ? figures : viewer;
  const { error } = failed;
  const isFilterError = filterErrorOf(error, params) !== undefined;
  const panel = useFilterPanel(scope, !isLoading, false);
  const statistics = response?.data?.taskRunStats;
  const hasNoAccess = viewer.response?.data?.viewer?.organizations.length === 0;
  const by = widthOf(params);
  const groups = useSeries(scope, params);
  const chosen = dimensionOf(params);
  const lines = useMemo(
    () => chosen && groups?.map((group) => ({ ...group, name: chosen.nameOf(group, scope) })),
    [groups],
  );
  const listParams = runsPageParams(params);
  const list = urlOf('runs', listParams);
  // The period moves with the clock. This is the period of the figures.
  const period = useMemo(() => periodOf(new URLSearchParams(location.search), Date.now()), [response]);
  return (
    <main className="page statistics-page" aria-busy={isLoading}>
      <h1>Statistics</h1>
      <FilterBar scope={scope} error={error} panel={panel} hasDefaultPeriod>
        <label>
          <span className="faint">Over time by</span>
          <select value={by} onChange={({ target }) => setParams({ by: target.value as Width })}>
            <option value="HOUR">hour</option>
            <option value="DAY">day</option>
            <option value="WEEK">week</option>
          </select>
        </label>
      </FilterBar>
      {panel.isOpen && <FacetPanel scope={scope} facets={panel.facets} />}
      {error !== undefined && !isFilterError && !hasNoAccess && <ErrorNotice error={error} onRetry={failed.reload} />}
      {hasNoAccess ? (
        <NoAccess />
      ) : panel.search.result?.isMiss || (statistics?.runs === 0 && !failed.isStale) ? (
        <NoRuns scope={scope} search={panel.search} />
      ) : statistics && !isFilterError ? (
        <div className={`statistics-figures stack ${failed.isStale ? 'stale' : ''}`} inert={failed.isStale}>
          <Totals statistics={statistics} />
          <BucketCharts buckets={statistics.buckets} lines={lines} by={by} period={period} listParams={listParams} />
          <Breakdowns scope={scope} params={params} listParams={listParams} />
          <p>
            <a href={list}>List these runs</a>
          </p>
        </div>
      ) : (
        error === undefined && <div className="statistics-placeholder" />
      )}
      <div className="screen-only">
        <Shortcuts shortcuts={[{ keys: ['u'], description: 'list these runs', run: () => navigate(list) }]} />
      </div>
    </main>
  );
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
