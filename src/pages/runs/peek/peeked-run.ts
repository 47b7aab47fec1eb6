// The run that is open next to the list, which the address names.

import { setParams } from '../navigation.js';
import type { RunPath } from '../run-url.js';
import type { Scope } from '../scope/scope.js';

export interface ListedId {
  readonly taskId: string;
  readonly id: string;
}

/** The first or last run of a page that is not there yet: `j` and `k` lead from page to page. */
const edges = ['first', 'last'] as const;
export type Edge = (typeof edges)[number];

/** undefined where no run is open, or one that is on its way. */
export function peekedRun(params: URLSearchParams, scope: Scope | undefined): RunPath | undefined {
  const [taskId, id] = params.get('peek')?.split('/') ?? [];
  return scope && taskId && id ? { orgId: scope.orgId, projectId: scope.projectId, taskId, id } : undefined;
}

export function peekedEdge(params: URLSearchParams): Edge | undefined {
  return edges.find((edge) => edge === params.get('peek'));
}

/** Opens a run next to the list. Going back closes it, however many were looked at meanwhile. */
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
