import { useEffect, useMemo } from 'react';
import { setParams } from '../navigation.js';
import { store, useStored } from '../stored.js';
import { type Scope, scopeOf } from './scope-params.js';
import { useOrganizations, useTasks, type VisibleOrganization, type VisibleProject } from './viewer.js';

/** Returns the scope. If the URL contains none, adds the organization of {@link useDefaultOrganization} to it. */
export function useScope(params: URLSearchParams): Scope | undefined {
  const recent = useRecentScopes();
  const organization = useDefaultOrganization();
  const organizations = useOrganizations();
  const scope = scopeOf(params);
  const defaultId = scope === undefined ? organization?.id : undefined;
  useEffect(() => {
    if (defaultId !== undefined) setParams({ org: defaultId }, { replace: true });
  }, [defaultId]);
  const json = scope && JSON.stringify(scope);
  const isVisible = organizations.some(({ id }) => id === scope?.orgId);
  useEffect(() => {
    if (scope === undefined || !isVisible) return;
    const others = recent.filter((other) => JSON.stringify(other) !== json);
    store(recentKey, [scope, ...others].slice(0, maxRecent));
  }, [json, isVisible]);
  return scope;
}

const recentKey = 'task-runs:scopes';
const maxRecent = 3;

/** Returns the scopes that were last used in this browser, the latest first. */
export function useRecentScopes(): readonly Scope[] {
  return useStored(recentKey, isScopes) ?? [];
}

function isScopes(value: unknown): value is readonly Scope[] {
  const isId = (id: unknown) => id === null || typeof id === 'string';
  return (
    Array.isArray(value) &&
    value.every((scope) => typeof scope?.orgId === 'string' && isId(scope.projectId) && isId(scope.taskId))
  );
}

/** Returns the organization that was last used in this browser, otherwise the first by name, or `undefined` without any. */
export function useDefaultOrganization(): VisibleOrganization | undefined {
  const organizations = useOrganizations();
  const recent = useRecentScopes();
  const last = recent.flatMap(({ orgId }) => organizations.filter(({ id }) => id === orgId))[0];
  return last ?? organizations[0];
}

/**
 * Returns whether there is a task in the scope where the caller may read all payload, or that of runs it executed.
 * Filters on payload can match there.
 */
export function useHasPayload(scope: Scope | undefined): boolean {
  const { organization, tasks } = useVisibleScope(scope);
  const inScope =
    scope?.projectId === null
      ? (organization?.projects ?? []).flatMap(({ tasks: { nodes } }) => nodes)
      : tasks.filter(({ task }) => !scope?.taskId || task.id === scope.taskId);
  return inScope.length === 0 || inScope.some(({ runAccess }) => runAccess === 'ALL' || runAccess === 'OWN');
}

/** Returns the name of the task, project or organization, or `null` if it is not known. */
export function useScopeName(scope: Scope): string | null {
  const { organization, project, task } = useVisibleScope(scope);
  if (scope.projectId === null) return organization?.name ?? null;
  return (scope.taskId === null ? project?.project : task?.task)?.name ?? null;
}

/** A scope with its name in sentences. */
export interface NamedScope {
  readonly scope: Scope;
  readonly name: string;
}

/** Returns a scope and the wider ones: the project of a task, and the organization. */
export function useScopesAround(scope: Scope | undefined): readonly NamedScope[] {
  const { organization, project, task } = useVisibleScope(scope);
  if (scope === undefined) return [];
  const inProject = { ...scope, taskId: null };
  return [
    ...(scope.taskId === null ? [] : [{ scope, name: task?.task.name ?? 'this task' }]),
    ...(scope.projectId === null ? [] : [{ scope: inProject, name: project?.project.name ?? 'this project' }]),
    { scope: { ...inProject, projectId: null }, name: allProjectsOf(organization?.name) },
  ];
}

/** Returns the name of an organization as a scope in sentences. */
export function allProjectsOf(name: string | null | undefined): string {
  return `all projects of ${name ?? 'the organization'}`;
}

/** An object that belongs to a project. */
interface InProject {
  readonly name: string | null;
  readonly project?: { readonly name: string | null } | null;
}

/**
 * Returns the name of an object. In the scope of an organization, the name of its project follows, because projects use
 * the same names.
 */
export function nameWithProject(named: InProject | null | undefined, scope: Scope | undefined): string | undefined {
  const { name, project } = named ?? {};
  return scope?.projectId === null && name && project?.name ? `${name} · ${project.name}` : (name ?? undefined);
}

/** Returns the names of projects and tasks by id. The names of tasks are followed by their projects. */
export function useResourceNames(): ReadonlyMap<string, string> {
  const organizations = useOrganizations();
  return useMemo(() => {
    const projects = organizations.flatMap((organization) => organization.projects);
    return new Map(
      projects.flatMap(({ project, tasks }) => [
        [project.id, project.name ?? project.id] as const,
        ...tasks.nodes.map(({ task }) => [task.id, `${task.name} · ${project.name}`] as const),
      ]),
    );
  }, [organizations]);
}

/** Returns the number of days after which the task's runs are deleted, or `null` if they are kept, and without a task. */
export function useRetentionDays(scope: Scope | undefined): number | null {
  return useVisibleScope(scope).task?.retentionDays ?? null;
}

function useVisibleScope(scope: Scope | undefined) {
  const organizations = useOrganizations();
  const organization = organizations.find(({ id }) => id === scope?.orgId);
  const project = organization?.projects.find((visibleProject) => visibleProject.project.id === scope?.projectId);
  const projects = useMemo(() => (project === undefined ? noProjects : [project]), [project]);
  const tasks = useTasks(projects);
  const task = tasks.find((visibleTask) => visibleTask.task.id === scope?.taskId);
  return { organization, project, tasks, task };
}

const noProjects: readonly VisibleProject[] = [];
