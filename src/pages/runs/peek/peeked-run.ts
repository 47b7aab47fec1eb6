// The run that is open next to the list. The URL contains its id.

import { setParams } from '../navigation.js';
import type { RunPath } from '../run-url.js';
import type { Scope } from '../scope/scope.js';

export interface ListedId {
  readonly taskId: string;
  readonly id: string;
}

/** The first or last run of a page that is still loading, because `j` and `k` lead from page to page. */
const edges = ['first', 'last'] as const;
export type Edge = (typeof edges)[number];

/** Returns `undefined` if no run is open, or if it is still loading. */
export function peekedRun(params: URLSearchParams, scope: Scope | undefined): RunPath | undefined {
  const [taskId, id] = params.get('peek')?.split('/') ?? [];
  return scope && taskId && id ? { orgId: scope.orgId, projectId: scope.projectId, taskId, id } : undefined;
}

export function peekedEdge(params: URLSearchParams): Edge | undefined {
  return edges.find((edge) => edge === params.get('peek'));
}

/** Opens a run next to the list. Going back closes it, regardless of how many runs were opened in between. */
export function peek({ taskId, id }: ListedId): void {
  const isOpen = new URLSearchParams(location.search).has('peek');
  setParams({ peek: `${taskId}/${id}` }, { replace: isOpen });
}

export function closePeek(): void {
  setParams({ peek: null }, { replace: true });
}

/** Returns whether the window has room next to the list. */
export function hasRoomToPeek(): boolean {
  return matchMedia('(width >= 48rem)').matches;
}
