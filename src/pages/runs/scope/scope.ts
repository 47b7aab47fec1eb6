import { useEffect, useMemo } from 'react';
import { setParams } from '../navigation.js';
import { projectsOf, useTasks, useViewer, type VisibleProject } from './viewer.js';

/** The runs that a page shows: those of a project, or of one of its tasks. */
export interface Scope {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string | null;
}

export const scopeParameters = ['org', 'project', 'task'] as const;

/** Returns `undefined` if the URL does not contain a scope. */
export function scopeOf(params: URLSearchParams): Scope | undefined {
  const [orgId, projectId, taskId] = scopeParameters.map((name) => params.get(name));
  return orgId && projectId ? { orgId, projectId, taskId: taskId ?? null } : undefined;
}

/** Returns the scope. If the URL contains no project, the one in which the caller may read most is used. */
export function useScope(params: URLSearchParams): Scope | undefined {
  const { response } = useViewer();
  const scope = scopeOf(params);
  const first = scope === undefined ? firstVisible(projectsOf(response?.data)) : undefined;
  useEffect(() => {
    if (first !== undefined) setParams({ org: first.orgId, project: first.project.id }, { replace: true });
  }, [first]);
  return scope;
}

/**
 * Returns whether there is a task in the scope where the caller may read all payload, or that of runs it executed.
 * Filters on payload can match there.
 */
export function useHasPayload(scope: Scope | undefined): boolean {
  const { response } = useViewer();
  const projects = useMemo(() => projectsOf(response?.data), [response]);
  const tasks = useTasks(projects.find(({ project }) => project.id === scope?.projectId));
  const inScope = tasks.filter(({ task }) => !scope?.taskId || task.id === scope.taskId);
  return inScope.length === 0 || inScope.some(({ runAccess }) => runAccess === 'ALL' || runAccess === 'OWN');
}

/** Returns the name of the task or project, or `null` if it is not known. */
export function useScopeName(scope: Scope): string | null {
  const { project, task } = useVisibleScope(scope);
  return (scope.taskId === null ? project?.project : task?.task)?.name ?? null;
}

/**
 * Returns the number of days after which the task's runs are deleted, or `null` if they are kept and for a project.
 */
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

/**
 * Returns the project in which the caller may read most tasks completely. Among several, returns the first by name.
 */
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
