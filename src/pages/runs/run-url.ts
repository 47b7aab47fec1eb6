import { filterParams } from './filters/filter-fields.js';
import { changedParams, urlOf } from './navigation.js';
import { paramsOfScope, type Scope, scopeOf, scopeParameters } from './scope/scope-params.js';

export interface RunPath {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}

export function urlOfRun({ orgId, projectId, taskId, id }: RunPath, runParams?: URLSearchParams): string {
  return urlOf(`runs/${orgId}/${projectId}/${taskId}/${id}`, runParams);
}

/** Returns `undefined` if the URL is that of another page. */
export function runPathIn(path: string): RunPath | undefined {
  const [orgId, projectId, taskId, id, ...rest] = path.replace(/^runs\//, '').split('/');
  return orgId && projectId && taskId && id && rest.length === 0 ? { orgId, projectId, taskId, id } : undefined;
}

/**
 * Returns the id in the URL `runs/<id>`, which leads to a run's page, or `undefined` if the URL is that of another
 * page.
 */
export function runIdIn(path: string): string | undefined {
  return /^runs\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.exec(path)?.[1];
}

const listParams = [...filterParams, 'columns', 'show', 'order'];
const runParamNames = [...listParams, 'marked'];

/**
 * Returns the parameters of the list from which a run was opened: its filters and selection, and whether it is the list
 * of a project or an organization.
 */
export function runPageParams(params: URLSearchParams): URLSearchParams {
  const runParams = new URLSearchParams([...params].filter(([name]) => runParamNames.includes(name)));
  const scope = scopeOf(params);
  if (scope?.taskId === null) runParams.set('of', scope.projectId === null ? 'organization' : 'project');
  return runParams;
}

/** Adds a run's position in its list. Without it, the adjacent runs are unknown if the list is ordered by a value. */
export function withPlace(runParams: URLSearchParams, cursor: string | undefined): URLSearchParams {
  if (cursor === undefined || !runParams.has('order')) return runParams;
  const params = new URLSearchParams(runParams);
  params.set('place', cursor);
  return params;
}

/** Returns the parameters that lead back to the list. */
export function listParamsOfRun(path: RunPath, runParams: URLSearchParams): URLSearchParams {
  const scope = changedParams(new URLSearchParams(), paramsOfScope(scopeOfRun(path, runParams)));
  return new URLSearchParams([...scope, ...[...runParams].filter(([name]) => runParamNames.includes(name))]);
}

export function scopeOfRun({ orgId, projectId, taskId }: RunPath, runParams: URLSearchParams): Scope {
  const of = runParams.get('of');
  if (of === 'organization') return { orgId, projectId: null, taskId: null };
  return { orgId, projectId, taskId: of === 'project' ? null : taskId };
}

/** Returns only the parameters that select runs, for other pages about these runs. */
export function runsPageParams(params: URLSearchParams): URLSearchParams {
  return new URLSearchParams(
    [...params].filter(([name]) => scopeParameters.some((param) => param === name) || listParams.includes(name)),
  );
}
