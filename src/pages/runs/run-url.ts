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

/** undefined: it is another page's. */
export function runPathIn(path: string): RunPath | undefined {
  const [orgId, projectId, taskId, id, ...rest] = path.replace(/^runs\//, '').split('/');
  return orgId && projectId && taskId && id && rest.length === 0 ? { orgId, projectId, taskId, id } : undefined;
}

/** The id in the address `runs/<id>`, which leads to the page of a run; undefined: it is another page's. */
export function runIdIn(path: string): string | undefined {
  return /^runs\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.exec(path)?.[1];
}

const listParams = [...filterParams, 'columns', 'show', 'order'];
const runParamNames = [...listParams, 'marked'];

/** The list that a run is looked at from: its filters and marks, and whether it is that of a project or an organization. */
export function runPageParams(params: URLSearchParams): URLSearchParams {
  const runParams = new URLSearchParams([...params].filter(([name]) => runParamNames.includes(name)));
  const scope = scopeOf(params);
  if (scope?.taskId === null) runParams.set('of', scope.projectId === null ? 'organization' : 'project');
  return runParams;
}

/** Adds the place of a run in its list: without it, the adjacent runs in an order by a value are unknown. */
export function withPlace(runParams: URLSearchParams, cursor: string | undefined): URLSearchParams {
  if (cursor === undefined || !runParams.has('order')) return runParams;
  const params = new URLSearchParams(runParams);
  params.set('place', cursor);
  return params;
}

/** The way back. */
export function listParamsOfRun(path: RunPath, runParams: URLSearchParams): URLSearchParams {
  const scope = changedParams(new URLSearchParams(), paramsOfScope(scopeOfRun(path, runParams)));
  return new URLSearchParams([...scope, ...[...runParams].filter(([name]) => runParamNames.includes(name))]);
}

export function scopeOfRun({ orgId, projectId, taskId }: RunPath, runParams: URLSearchParams): Scope {
  const of = runParams.get('of');
  if (of === 'organization') return { orgId, projectId: null, taskId: null };
  return { orgId, projectId, taskId: of === 'project' ? null : taskId };
}

/** Only what says which runs: for other pages about them. */
export function runsPageParams(params: URLSearchParams): URLSearchParams {
  return new URLSearchParams(
    [...params].filter(([name]) => scopeParameters.some((param) => param === name) || listParams.includes(name)),
  );
}
