import { useEffect, useMemo } from 'react';
import { setParams } from '../navigation.js';
import { projectsOf, useTasks, useViewer, type VisibleProject } from './viewer.js';

/** The runs that a page is about: those of a project, or of one task of it. */
export interface Scope {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string | null;
}

export const scopeParameters = ['org', 'project', 'task'] as const;

/** undefined: the address names none. */
export function scopeOf(params: URLSearchParams): Scope | undefined {
  const [orgId, projectId, taskId] = scopeParameters.map((name) => params.get(name));
  return orgId && projectId ? { orgId, projectId, taskId: taskId ?? null } : undefined;
}

/** Where the address names no project, the one of which the caller sees most takes the place. */
export function useScope(params: URLSearchParams): Scope | undefined {
  const { response } = useViewer();
  const scope = scopeOf(params);
  const first = scope === undefined ? firstVisible(projectsOf(response?.data)) : undefined;
  useEffect(() => {
    if (first !== undefined) setParams({ org: first.orgId, project: first.project.id }, { replace: true });
  }, [first]);
  return scope;
}

/** Whether the caller sees all payload, or that of own runs, in a task of the scope: filters by payload can match there. */
export function useHasPayload(scope: Scope | undefined): boolean {
  const { response } = useViewer();
  const projects = useMemo(() => projectsOf(response?.data), [response]);
  const tasks = useTasks(projects.find(({ project }) => project.id === scope?.projectId));
  const inScope = tasks.filter(({ task }) => !scope?.taskId || task.id === scope.taskId);
  return inScope.length === 0 || inScope.some(({ runAccess }) => runAccess === 'ALL' || runAccess === 'OWN');
}

/** Returns the name of the task or the project; null where it is not known. */
export function useScopeName(scope: Scope): string | null {
  const { project, task } = useVisibleScope(scope);
  return (scope.taskId === null ? project?.project : task?.task)?.name ?? null;
}

/** Returns the days after which runs of the task leave; null where they stay, and for a project. */
export function useRetentionDays(scope: Scope | undefined): number | null {
  return useVisibleScope(scope).task?.retentionDays ?? null;
}

function useVisibleScope(scope: Scope | undefined) {
  const { response } = useViewer();
  const projects = useMemo(() => projectsOf(response?.data), [response]);
  const project = projects.find((visibleProject) => visibleProject.project.id === scope?.projectId);
  const task = useTasks(project).find((visibleTask) => visibleTask.task.id === scope?.taskId);
  return { project, task };
}

/** Returns the project of which the caller sees most tasks as a whole, the first by name of several. */
function firstVisible(projects: readonly VisibleProject[]): VisibleProject | undefined {
  const visibleTasks = ({ tasks }: VisibleProject) =>
    tasks.nodes.filter(({ runAccess }) => runAccess === 'ALL' || runAccess === 'USAGE').length;
  return projects.toSorted(
    (one, other) => visibleTasks(other) - visibleTasks(one) || nameOf(one).localeCompare(nameOf(other)),
  )[0];
}

function nameOf({ orgName, project }: VisibleProject): string {
  return `${orgName ?? ''} ${project.name ?? ''}`;
}
