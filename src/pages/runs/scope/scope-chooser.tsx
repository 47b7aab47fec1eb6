import { addressOf, goTo, usePlace } from '../navigation.js';
import { type Scope, scopeParameters } from './scope.js';
import { projectsOf, type SeenProject, useTasks, useViewer } from './viewer.js';

/** Project and task by their names, of all that the caller sees. */
export function ScopeChooser({ scope }: { readonly scope: Scope | undefined }) {
  const { path, params } = usePlace();
  const { answer } = useViewer();
  const projects = projectsOf(answer?.data);
  const chosen = projects.find(({ project }) => project.id === scope?.projectId);
  const tasks = useTasks(chosen);
  const choose = (orgId: string, projectId: string, taskId: string) => {
    // Of the parameters that stay, none may name what only another project has.
    const kept = [...params].filter(([name]) => !isBound(name));
    const next = Object.entries({ org: orgId, project: projectId, task: taskId }).filter(([, id]) => id !== '');
    goTo(addressOf(path, new URLSearchParams([...next, ...kept])));
  };
  const organizations = [...new Map(projects.map(({ orgId, orgName }) => [orgId, orgName]))];
  return (
    <div className="scope-chooser">
      <label>
        <span className="field-name">Project</span>
        <select
          value={scope?.projectId ?? ''}
          onChange={({ target }) => choose(orgOf(projects, target.value), target.value, '')}
        >
          {chosen === undefined && <option value={scope?.projectId ?? ''}>{scope?.projectId ?? '…'}</option>}
          {organizations.map(([organization, name]) => (
            <optgroup key={organization} label={name}>
              {projects.filter(isOf(organization)).map(({ project: { id, name } }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label>
        <span className="field-name">Task</span>
        <select
          value={scope?.taskId ?? ''}
          disabled={scope === undefined}
          onChange={({ target }) => choose(scope!.orgId, scope!.projectId, target.value)}
        >
          <option value="">All tasks</option>
          {scope?.taskId && !tasks.some(({ task }) => task.id === scope.taskId) && (
            <option value={scope.taskId}>{scope.taskId}</option>
          )}
          {tasks.map(({ task: { id, name }, runAccess }) => (
            <option key={id} value={id}>
              {name}
              {runAccess === 'OWN' ? ' (your own runs)' : runAccess === 'NONE' ? ' (no runs)' : ''}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

const isOf = (organization: string) => (project: SeenProject) => project.orgId === organization;

function orgOf(projects: readonly SeenProject[], projectId: string): string {
  return projects.find(({ project }) => project.id === projectId)?.orgId ?? '';
}

const bound: readonly string[] = [...scopeParameters, 'after', 'before', 'revision', 'group'];

function isBound(name: string): boolean {
  return bound.includes(name);
}
