import { countOf } from '../../shared/format/format-quantity.js';
import { urlOf } from '../navigation.js';
import type { VisibleProject } from '../scope/viewer.js';
import { placeName } from './places.js';
import type { TaskGroup } from './task-groups.js';

interface IdleTasksProps {
  readonly projects: readonly VisibleProject[];
  /** The tasks with runs. */
  readonly groups: readonly TaskGroup[];
}

/** The tasks without runs, so that one that has stopped is not overlooked. */
export function IdleTasks({ projects, groups }: IdleTasksProps) {
  const active = new Set(groups.flatMap(({ tasks }) => tasks.map(({ taskId }) => taskId)));
  const idle = projects.flatMap((place) =>
    place.tasks.nodes
      .filter(({ task, runAccess }) => !active.has(task.id) && runAccess !== 'NONE')
      .map(({ task }) => ({ place, task })),
  );
  if (idle.length === 0) return null;
  return (
    <details className="idle-tasks">
      <summary>{countOf(idle.length, 'task')} without runs</summary>
      <ul className="bare-list small">
        {idle.map(({ place, task }) => (
          <li key={task.id}>
            <a
              href={urlOf('runs', new URLSearchParams({ org: place.orgId, project: place.project.id, task: task.id }))}
            >
              {task.name}
            </a>{' '}
            <span className="muted">{placeName(place)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
