import { filterFields } from './filters/filter-fields.js';
import { addressOf } from './navigation.js';
import type { Scope } from './scope/scope.js';

export interface RunPath {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}

export function addressOfRun({ orgId, projectId, taskId, id }: RunPath, kept?: URLSearchParams): string {
  return addressOf(`runs/${orgId}/${projectId}/${taskId}/${id}`, kept);
}

/** undefined: it is another page's. */
export function runPathIn(path: string): RunPath | undefined {
  const [orgId, projectId, taskId, id, ...rest] = path.replace(/^runs\//, '').split('/');
  return orgId && projectId && taskId && id && rest.length === 0 ? { orgId, projectId, taskId, id } : undefined;
}

const inPath = ['org', 'project', 'task'];
const ofList = [...filterFields.map(({ param }) => param), 'columns'];

/** The list that a run is looked at from: its filters, and whether it is that of all tasks. */
export function keptByRun(params: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams([...params].filter(([name]) => ofList.includes(name)));
  if (params.has('project') && !params.has('task')) kept.set('of', 'project');
  return kept;
}

/** The way back. */
export function listOfRun(path: RunPath, kept: URLSearchParams): URLSearchParams {
  const { orgId, projectId, taskId } = scopeOfRun(path, kept);
  const scope = Object.entries({ org: orgId, project: projectId, task: taskId ?? '' }).filter(([, id]) => id !== '');
  return new URLSearchParams([...scope, ...[...kept].filter(([name]) => ofList.includes(name))]);
}

export function scopeOfRun({ orgId, projectId, taskId }: RunPath, kept: URLSearchParams): Scope {
  return { orgId, projectId, taskId: kept.get('of') === 'project' ? null : taskId };
}

/** Only what says which runs: for other pages about them. */
export function runsParams(params: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...params].filter(([name]) => inPath.includes(name) || ofList.includes(name)));
}
