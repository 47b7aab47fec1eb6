import { useMemo } from 'react';
import { changedParams, navigate, urlOf, useLocation } from '../navigation.js';
import { type Choice, ChoiceMenu } from './choice-menu.js';
import { allProjectsOf, useRecentScopes } from './scope.js';
import { paramsOfScope, type Scope, scopeParameters } from './scope-params.js';
import { byName, useOrganizations, useTasks, useViewer, type VisibleOrganization, type VisibleTask } from './viewer.js';

/** Chooses the organization, project and task by name, among all that are visible to the caller. */
export function ScopeChooser({ scope }: { readonly scope: Scope | undefined }) {
  const { path, params } = useLocation();
  const isLoaded = useViewer().response !== undefined;
  const organizations = useOrganizations();
  const projects = useMemo(() => {
    const { projects: all = [] } = organizations.find(({ id }) => id === scope?.orgId) ?? {};
    return scope?.projectId === null ? all : all.filter(({ project }) => project.id === scope?.projectId);
  }, [organizations, scope?.orgId, scope?.projectId]);
  const tasks = useTasks(projects);
  const projectValue = scope === undefined ? '' : toValue({ ...scope, taskId: null });
  const groups = organizations.map((organization) => ({
    title: organization.name ?? organization.id,
    choices: projectChoices(organization),
  }));
  const isKnown = groups.some(({ choices }) => choices.some(({ value }) => value === projectValue));
  const unknown = { value: projectValue, name: isLoaded && scope !== undefined ? 'Unknown project' : '…' };
  const choose = (next: Scope) => {
    // Removes parameters for resources of the previous project.
    const remaining = new URLSearchParams([...params].filter(([name]) => !isScopeBound(name)));
    const inScope = changedParams(new URLSearchParams(), paramsOfScope(next));
    navigate(urlOf(path, new URLSearchParams([...inScope, ...remaining])));
  };
  const chooseTask = (taskId: string) => {
    const task = tasks.find((visibleTask) => visibleTask.task.id === taskId);
    choose({ ...scope!, projectId: task?.projectId ?? scope!.projectId, taskId: task?.task.id ?? null });
  };
  const tasksOf = (projectId: string) => taskChoices(tasks.filter((task) => task.projectId === projectId));
  return (
    <div className="scope-chooser fields">
      <ChoiceMenu
        label="Project"
        value={projectValue}
        groups={[{ choices: isKnown ? [] : [unknown] }, useLastScope(scope, organizations), ...groups]}
        onChange={(value) => choose(fromValue(value))}
      />
      <ChoiceMenu
        label="Task"
        value={scope?.taskId ?? ''}
        groups={[
          { choices: [{ value: '', name: 'All tasks' }] },
          { choices: unknownTask(scope, tasks) },
          ...projects.map(({ project: { id, name } }) => ({
            title: scope?.projectId === null ? (name ?? id) : undefined,
            choices: tasksOf(id),
          })),
        ]}
        isDisabled={scope === undefined}
        onChange={chooseTask}
      />
    </div>
  );
}

/** Returns the value of a choice that stands for a scope. */
function toValue({ orgId, projectId, taskId }: Scope): string {
  return [orgId, projectId, taskId].filter(Boolean).join('/');
}

function fromValue(value: string): Scope {
  const [orgId = '', projectId = null, taskId = null] = value.split('/');
  return { orgId, projectId, taskId };
}

function projectChoices({ id, name, projects }: VisibleOrganization): readonly Choice[] {
  const whole = { orgId: id, projectId: null, taskId: null };
  const allProjects = allProjectsOf(name);
  return [
    { value: toValue(whole), name: allProjects.charAt(0).toUpperCase() + allProjects.slice(1) },
    ...projects.map(({ project }) => ({
      value: toValue({ ...whole, projectId: project.id }),
      name: project.name ?? project.id,
    })),
  ];
}

const accessNotes = { ALL: '', USAGE: ' (usage)', OWN: ' (your own runs)', NONE: ' (no runs)' } as const;

function taskChoices(tasks: readonly VisibleTask[]): readonly Choice[] {
  return tasks
    .toSorted(byName(({ task }) => task.name))
    .map(({ task: { id, name }, runAccess }) => ({ value: id, name: `${name}${accessNotes[runAccess]}` }));
}

function unknownTask(scope: Scope | undefined, tasks: readonly VisibleTask[]): readonly Choice[] {
  const taskId = scope?.taskId;
  return !taskId || tasks.some(({ task }) => task.id === taskId) ? [] : [{ value: taskId, name: taskId }];
}

/** Returns a group with the project or task of another project that was last used in this browser. */
function useLastScope(scope: Scope | undefined, organizations: readonly VisibleOrganization[]) {
  const last = useRecentScopes().find(({ projectId }) => projectId !== null && projectId !== scope?.projectId);
  const project = organizations
    .flatMap(({ projects }) => projects)
    .find((visibleProject) => visibleProject.project.id === last?.projectId);
  const task = project?.tasks.nodes.find((visibleTask) => visibleTask.task.id === last?.taskId)?.task;
  if (last === undefined || project === undefined || (last.taskId !== null && task === undefined)) {
    return { choices: [] };
  }
  const name = [task?.name, project.project.name].filter(Boolean).join(', ');
  return { title: 'Last used', choices: [{ value: toValue(last), name }] };
}

const scopeBoundParams: readonly string[] = [
  ...scopeParameters,
  'after',
  'before',
  'peek',
  'marked',
  ...['in-project', 'in-task', 'revision', 'group'].flatMap((param) => [param, `not-${param}`]),
];

function isScopeBound(name: string): boolean {
  return scopeBoundParams.includes(name);
}
