import './home.css';
import { ErrorNotice } from '../../shared/error-notice.js';
import { countOf } from '../../shared/format/format-quantity.js';
import { setParams, useDocumentTitle, useLocation } from '../navigation.js';
import { ChoiceMenu } from '../scope/choice-menu.js';
import { NoAccess, useViewer, type VisibleProject } from '../scope/viewer.js';
import { Shortcuts } from '../shortcuts.js';
import { FailureKind } from './failure-kind.js';
import { failuresOf, type TaskFigures, tasksOf } from './figures.js';
import { FirstItems } from './first-items.js';
import { type HomeQuery, useHome } from './home-query.js';
import { TaskCard } from './task-card.js';

/** The number of items shown initially. The failures stay near the top of the page, even on a phone. */
const maxTasks = { narrow: 3, wide: 8 };
const maxKinds = 20;

/**
 * Shows failures in all tasks that are visible to the caller, comparing the last 24 hours with the previous 24 hours.
 */
export function HomePage() {
  useDocumentTitle('Home');
  const { params } = useLocation();
  const viewer = useViewer();
  const home = useHome(params);
  const { error, reload } = viewer.error === undefined ? home : viewer;
  const hasNoAccess = viewer.response?.data?.viewer?.organizations.length === 0;
  return (
    <main className="page home-page" aria-busy={home.isLoading}>
      <div className="row page-top home-top">
        <div>
          <h1>Last 24 hours</h1>
          <p className="home-note faint">Compared with the 24 hours before.</p>
        </div>
        <button type="button" onClick={home.reload}>
          Refresh
        </button>
      </div>
      {home.choices && <OrganizationChoice home={home} choices={home.choices} />}
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {hasNoAccess ? (
        <NoAccess />
      ) : home.response?.data ? (
        <div className={`home-figures stack ${home.isStale ? 'stale' : ''}`} inert={home.isStale}>
          <Figures home={home} />
        </div>
      ) : (
        error === undefined && <div className="home-placeholder" />
      )}
      <div>
        <Shortcuts shortcuts={[{ keys: ['r'], description: 'refresh', run: home.reload }]} />
      </div>
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
        All your projects are too much for one request, so this page shows those of one organization.
        {home.omitted > 0 && ` ${countOf(home.omitted, 'more project')} of it cannot be shown.`}
      </p>
    </div>
  );
}

function Figures({ home: { projects, found } }: { readonly home: HomeQuery }) {
  const tasks = tasksOf(projects, found);
  const failures = failuresOf(projects, found);
  const hasFailures = tasks.some(({ measures }) => measures.errors > 0);
  const isWithheld = projects.some((project) => project.tasks.nodes.some(({ runAccess }) => runAccess === 'USAGE'));
  if (tasks.length === 0) return <p className="notice">No runs in the last 24 hours.</p>;
  return (
    <>
      {!hasFailures && <p className="success">No run failed in the last 24 hours.</p>}
      <section aria-label="Tasks">
        <h2>Tasks</h2>
        <FirstItems
          className="task-cards bare-list"
          max={matchMedia('(width < 48rem)').matches ? maxTasks.narrow : maxTasks.wide}
          items={tasks.map((task) => <TaskCard key={task.taskId} {...task} />)}
        />
      </section>
      {hasFailures && (
        <section aria-label="Kinds of failures">
          <h2>What fails</h2>
          {failures.length > 0 && (
            <FirstItems
              className="failure-kinds panel rows"
              max={maxKinds}
              items={failures.map((failure) => <FailureKind key={failure.kind} {...failure} />)}
            />
          )}
          {isWithheld && (
            <p className="home-note faint">
              {failures.length > 0
                ? 'Kinds of failures of some tasks are not visible to your role.'
                : 'Kinds of failures are not visible to your role.'}
            </p>
          )}
        </section>
      )}
      <IdleTasks projects={projects} tasks={tasks} />
    </>
  );
}

/** The tasks without runs, so that one that has stopped is not overlooked. */
function IdleTasks({ projects, tasks }: IdleTasksProps) {
  const active = new Set(tasks.map(({ taskId }) => taskId));
  const names = projects.flatMap(({ project, tasks: { nodes } }) =>
    nodes
      .filter(({ task, runAccess }) => !active.has(task.id) && runAccess !== 'NONE')
      .map(({ task }) => `${task.name} in ${project.name}`),
  );
  return names.length === 0 ? null : <p className="home-note faint">Without runs: {names.join(', ')}.</p>;
}

interface IdleTasksProps {
  readonly projects: readonly VisibleProject[];
  readonly tasks: readonly TaskFigures[];
}
