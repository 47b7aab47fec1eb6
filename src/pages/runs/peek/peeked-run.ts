// The run that is open next to the list. The URL contains its id.

import { setParams } from '../navigation.js';
import type { RunPath } from '../run-url.js';
import type { Scope } from '../scope/scope-params.js';

export interface ListedId {
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}

/** The first or last run of a page that is still loading, because `j` and `k` lead from page to page. */
const edges = ['first', 'last'] as const;
export type Edge = (typeof edges)[number];

/** Returns `undefined` if no run is open, or if it is still loading. */
export function peekedRun(params: URLSearchParams, scope: Scope | undefined): RunPath | undefined {
  const [id, taskId, projectId = scope?.projectId] = params.get('peek')?.split('/').toReversed() ?? [];
  return scope && projectId && taskId && id ? { orgId: scope.orgId, projectId, taskId, id } : undefined;
}

export function peekedEdge(params: URLSearchParams): Edge | undefined {
  return edges.find((edge) => edge === params.get('peek'));
}

/** Opens a run next to the list. Going back closes it, regardless of how many runs were opened in between. */
export function peek({ projectId, taskId, id }: ListedId): void {
  const params = new URLSearchParams(location.search);
  // A project in the URL is that of the run.
  const path = params.has('project') ? [taskId, id] : [projectId, taskId, id];
  setParams({ peek: path.join('/') }, { replace: params.has('peek') });
}

export function closePeek(): void {
  setParams({ peek: null }, { replace: true });
}

/** Returns whether the window has room next to the list. */
export function hasRoomToPeek(): boolean {
  return matchMedia('(width >= 48rem)').matches;
}
