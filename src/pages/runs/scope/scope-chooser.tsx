import { useMemo } from 'react';
import { navigate, urlOf, useLocation } from '../navigation.js';
import { type Scope, scopeParameters } from './scope.js';
import { projectsOf, useTasks, useViewer, type VisibleProject } from './viewer.js';

/** Chooses the project and task by name, among all that are visible to the caller. */
export function ScopeChooser({ scope }: { readonly scope: Scope | undefined }) {
  const { path, params } = useLocation();
  const { response } = useViewer();
  // The same objects for the whole response, because their tasks are read again whenever they change.
  const projects = useMemo(() => projectsOf(response?.data), [response]);
  const chosen = projects.find(({ project }) => project.id === scope?.projectId);
  const tasks = useTasks(chosen);
  const choose = (orgId: string, projectId: string, taskId: string) => {
    // Removes parameters for resources of the previous project.
    const remaining = [...params].filter(([name]) => !isScopeBound(name));
    const next = Object.entries({ org: orgId, project: projectId, task: taskId }).filter(([, id]) => id !== '');
    navigate(urlOf(path, new URLSearchParams([...next, ...remaining])));
  };
  const organizations = [...new Map(projects.map(({ orgId, orgName }) => [orgId, orgName]))];
  return (
    <div className="scope-chooser fields">
      <label>
        <span className="faint">Project</span>
        <select
          value={scope?.projectId ?? ''}
          onChange={({ target }) => choose(orgOf(projects, target.value), target.value, '')}
        >
          {chosen === undefined && (
            <option value={scope?.projectId ?? ''}>{response === undefined ? '…' : 'Unknown project'}</option>
          )}
          {organizations.map(([organization, name]) => (
            <optgroup key={organization} label={name ?? organization}>
              {projects.filter(belongsTo(organization)).map(({ project: { id, name } }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label>
        <span className="faint">Task</span>
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
              {accessNotes[runAccess]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

const accessNotes = { ALL: '', USAGE: ' (usage)', OWN: ' (your own runs)', NONE: ' (no runs)' } as const;

const belongsTo = (organization: string) => (project: VisibleProject) => project.orgId === organization;

function orgOf(projects: readonly VisibleProject[], projectId: string): string {
  return projects.find(({ project }) => project.id === projectId)?.orgId ?? '';
}

const scopeBoundParams: readonly string[] = [
  ...scopeParameters,
  'after',
  'before',
  'peek',
  'marked',
  'revision',
  'not-revision',
  'group',
  'not-group',
];

function isScopeBound(name: string): boolean {
  return scopeBoundParams.includes(name);
}
