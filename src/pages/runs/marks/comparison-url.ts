// The runs of the list that are selected, and addresses of comparisons.

import { setParams, urlOf } from '../navigation.js';

export const comparePath = 'runs/compare';
/** Keeps the address shorter than servers and proxies allow. */
const maxMarked = 100;

/** `listParams` lead back to the list. Without a second run, the page chooses one. */
export function urlOfComparison(listParams: URLSearchParams, run: string, other?: string): string {
  const params = new URLSearchParams(listParams);
  params.set('run', run);
  if (other !== undefined) params.set('with', other);
  return urlOf(comparePath, params);
}

/** Ids of the selected runs, in the order of their selection. */
export function markedRuns(params: URLSearchParams): readonly string[] {
  return params.get('marked')?.split(',') ?? [];
}

/** Selects a run, or no longer. */
export function toggleMark(params: URLSearchParams, id: string): void {
  const marked = markedRuns(params);
  setMarked(marked.includes(id) ? marked.filter((markedId) => markedId !== id) : [...marked, id]);
}

/** Selects these runs of a page as well, or none of them where all are selected. */
export function toggleMarks(params: URLSearchParams, ids: readonly string[]): void {
  const others = markedRuns(params).filter((id) => !ids.includes(id));
  const isEachMarked = ids.every((id) => markedRuns(params).includes(id));
  setMarked(isEachMarked ? others : [...others, ...ids]);
}

function setMarked(ids: readonly string[]): void {
  setParams({ marked: ids.slice(-maxMarked).join(',') }, { replace: true });
}
