// The selected runs of the list, and URLs of comparisons.

import { setParams, urlOf } from '../navigation.js';

export const comparePath = 'runs/compare';
/** Keeps the URL shorter than the limits of servers and proxies. */
const maxMarked = 100;

/** Returns the URL of a comparison. `listParams` lead back to the list. Without a second run, the page chooses one. */
export function urlOfComparison(listParams: URLSearchParams, run: string, other?: string): string {
  const params = new URLSearchParams(listParams);
  params.set('run', run);
  if (other !== undefined) params.set('with', other);
  return urlOf(comparePath, params);
}

/** Returns the ids of the selected runs, in the order of selection. */
export function markedRuns(params: URLSearchParams): readonly string[] {
  return params.get('marked')?.split(',') ?? [];
}

/** Selects or deselects a run. */
export function toggleMark(params: URLSearchParams, id: string): void {
  const marked = markedRuns(params);
  setMarked(marked.includes(id) ? marked.filter((markedId) => markedId !== id) : [...marked, id]);
}

/** Selects all these runs of a page, or deselects them if all are selected. */
export function toggleMarks(params: URLSearchParams, ids: readonly string[]): void {
  const others = markedRuns(params).filter((id) => !ids.includes(id));
  const isEachMarked = ids.every((id) => markedRuns(params).includes(id));
  setMarked(isEachMarked ? others : [...others, ...ids]);
}

function setMarked(ids: readonly string[]): void {
  setParams({ marked: ids.slice(-maxMarked).join(',') }, { replace: true });
}
