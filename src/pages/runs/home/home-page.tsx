import './home.css';
import { useRef } from 'react';
import { countOf } from '../../shared/format/format-quantity.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { FirstRun } from '../first-run/first-run.js';
import { useShortcuts } from '../keys/shortcuts.js';
import { setParams, useDocumentTitle, useLocation } from '../navigation.js';
import { ChoiceMenu } from '../scope/choice-menu.js';
import { useViewer } from '../scope/viewer.js';
import { FailureKinds } from './failure-kinds.js';
import { FindingsLine } from './findings-line.js';
import { useFindings } from './findings-query.js';
import { type HomeQuery, useHome } from './home-query.js';
import { HomeSkeleton } from './home-skeleton.js';
import { IdleTasks } from './idle-tasks.js';
import { PeriodChoice } from './period-choice.js';
import { taskGroupsOf } from './task-groups.js';
import { TaskTable } from './task-table.js';

/** Shows what fails in all tasks that are visible to the caller, comparing a period with the previous one. */
export function HomePage() {
  useDocumentTitle('Home');
  const { params } = useLocation();
  const viewer = useViewer();
  const home = useHome(params);
  const { findings, reload: reloadFindings } = useFindings(home);
  const filterField = useRef<HTMLInputElement>(null);
  const { error, reload } = viewer.error === undefined ? home : viewer;
  const refresh = () => {
    home.reload();
    reloadFindings();
  };
  useShortcuts([
    { keys: ['r'], description: 'refresh', run: refresh },
    { keys: ['t'], description: 'filter tasks', run: () => filterField.current?.focus() },
  ]);
  const hasNoProject = viewer.response?.data?.viewer?.organizations.every(({ projects }) => projects.length === 0);
  return (
    <main className="page home-page" aria-busy={viewer.isLoading || home.isLoading}>
      <div className="row page-top home-top">
        <div>
          <h1>{home.period.title}</h1>
          <p className="home-note faint">Compared with {home.period.previous}.</p>
        </div>
        <PeriodChoice params={params} />
        <button type="button" onClick={refresh}>
          Refresh
        </button>
      </div>
      {home.choices && <OrganizationChoice home={home} choices={home.choices} />}
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {!hasNoProject && <FindingsLine findings={findings} />}
      {hasNoProject ? (
        <FirstRun onFound={home.reload} />
      ) : home.response?.data ? (
        // The key replaces the figures with those of another period, whose heights differ, so that nothing moves.
        <div
          key={home.period.since}
          className={`home-figures stack ${home.isStale ? 'stale' : ''}`}
          aria-busy={home.isLoading}
          inert={home.isStale}
        >
          <Figures home={home} filterField={filterField} />
        </div>
      ) : (
        error === undefined && <HomeSkeleton />
      )}
    </main>
  );
}

function OrganizationChoice({
  home,
  choices,
}: {
  readonly home: HomeQuery;
  readonly choices: ReadonlyMap<string, string>;
}) {
  return (
    <div className="fields home-choice">
      <ChoiceMenu
        label="Organization"
        value={home.chosen ?? ''}
        groups={[{ choices: [...choices].map(([value, name]) => ({ value, name })) }]}
        onChange={(org) => setParams({ org })}
      />
      <p className="faint">
        You have too many projects for one request, so this page shows one organization at a time.
        {home.omitted > 0 && ` ${countOf(home.omitted, 'more project')} of it cannot be shown.`}
      </p>
    </div>
  );
}

interface FiguresProps {
  readonly home: HomeQuery;
  readonly filterField: React.RefObject<HTMLInputElement | null>;
}

function Figures({ home, filterField }: FiguresProps) {
  const { projects, found, period } = home;
  const groups = taskGroupsOf(projects, found);
  const hasFailures = groups.some(({ measures }) => measures.errors > 0);
  const sentence = `${period.title[0]!.toLowerCase()}${period.title.slice(1)}`;
  return (
    <>
      {hasFailures && <FailureKinds home={home} />}
      {groups.length === 0 ? (
        <FirstRun onFound={home.reload}>
          <p className="notice">No runs in this period: {sentence}.</p>
        </FirstRun>
      ) : (
        <>
          {!hasFailures && <p className="success">No run failed in this period: {sentence}.</p>}
          <TaskTable groups={groups} since={period.since} filterField={filterField} />
        </>
      )}
      <IdleTasks projects={projects} groups={groups} />
    </>
  );
}
