import './statistics.css';
import { ErrorNotice } from '../../shared/error-notice.js';
import { useDocumentTitle } from '../document-title.js';
import { FilterBar } from '../filters/filter-bar.js';
import { ListState } from '../list/list-state.js';
import { navigate, setParams, urlOf, useLocation } from '../navigation.js';
import { runsPageParams } from '../run-url.js';
import { useScope } from '../scope/scope.js';
import { useViewer } from '../scope/viewer.js';
import { Shortcuts } from '../shortcuts.js';
import { BucketCharts } from './bucket-charts.js';
import { MeasureTable } from './measure-table.js';
import { type Group, useStatistics, type Width, widthOf } from './statistics-query.js';
import { Totals } from './totals.js';

/** What a team looks at on a Monday. */
export function StatisticsPage() {
  useDocumentTitle('Statistics');
  const { params } = useLocation();
  const viewer = useViewer();
  const scope = useScope(params);
  const figures = useStatistics(scope, params);
  const { response, isLoading } = figures;
  const failed = viewer.error === undefined ? figures : viewer;
  const { error } = failed;
  const statistics = response?.data?.taskRunStats;
  const hasNoAccess = viewer.response?.data?.viewer?.organizations.length === 0;
  const by = widthOf(params);
  const list = urlOf('runs', runsPageParams(params));
  return (
    <main className="page statistics-page" aria-busy={isLoading}>
      <h1>Statistics</h1>
      <FilterBar scope={scope} error={error}>
        <label>
          <span className="field-name">Over time by</span>
          <select value={by} onChange={({ target }) => setParams({ by: target.value as Width })}>
            <option value="HOUR">hour</option>
            <option value="DAY">day</option>
            <option value="WEEK">week</option>
          </select>
        </label>
      </FilterBar>
      {error !== undefined && <ErrorNotice error={error} onRetry={failed.reload} />}
      {hasNoAccess || (statistics?.runs === 0 && !failed.isStale) ? (
        <ListState params={params} hasNoAccess={hasNoAccess} />
      ) : statistics ? (
        <div className={`figures ${failed.isStale ? 'stale' : ''}`} inert={failed.isStale}>
          <Totals statistics={statistics} />
          <BucketCharts buckets={statistics.buckets} by={by} />
          <Breakdown title="Failure reason" groups={statistics.byFailureReason} paramOf={reasonParam} />
          <Breakdown title="Task revision" groups={statistics.byRevision} paramOf={revisionParam} />
          {params.has('task') || <Breakdown title="Task" groups={statistics.byTask} paramOf={taskParam} />}
          <Breakdown title="Reporting group" groups={statistics.byReportingGroup} paramOf={groupParam} />
          <Breakdown title="Fallback model" groups={statistics.byFallbackModel} paramOf={modelParam} />
          <p>
            <a href={list}>List these runs</a>
          </p>
        </div>
      ) : (
        error === undefined && <div className="statistics-placeholder" />
      )}
      <div className="run-foot">
        <Shortcuts shortcuts={[{ keys: ['u'], description: 'the list of these runs', run: () => navigate(list) }]} />
      </div>
    </main>
  );
}

/** What a group is called, and the filter that lists its runs; null where there is none. */
type ParamOf = (group: Group) => readonly [name: string, filter: Readonly<Record<string, string>> | null];

const reasonParam: ParamOf = ({ value: reason }) => (reason ? [reason, { reason }] : ['none', null]);
const revisionParam: ParamOf = ({ value }) => [value ?? '', { revision: value ?? '' }];
const taskParam: ParamOf = ({ task, value }) => [task?.name ?? value ?? '', { task: value ?? '' }];
const groupParam: ParamOf = ({ reportingGroup, value }) => [reportingGroup?.name ?? 'none', { group: value ?? 'none' }];
const modelParam: ParamOf = ({ value }) => [value ?? 'none', null];

interface BreakdownProps {
  readonly title: string;
  readonly groups: readonly Group[];
  readonly paramOf: ParamOf;
}

function Breakdown({ title, groups, paramOf }: BreakdownProps) {
  const { params } = useLocation();
  const rows = groups.map((group) => {
    const [name, filter] = paramOf(group);
    const address =
      filter && urlOf('runs', new URLSearchParams({ ...Object.fromEntries(runsPageParams(params)), ...filter }));
    return { name, measures: group, ...(address && { address }) };
  });
  return <MeasureTable title={title} rows={rows} />;
}
