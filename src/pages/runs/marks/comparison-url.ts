// Addresses of comparisons, and the runs of the list that are marked for one.

import { setParams, urlOf } from '../navigation.js';

export const comparePath = 'runs/compare';
const maxMarked = 2;

/** `listParams` lead back to the list. Without a second run, the page chooses one. */
export function urlOfComparison(listParams: URLSearchParams, run: string, other?: string): string {
  const params = new URLSearchParams(listParams);
  params.set('run', run);
  if (other !== undefined) params.set('with', other);
  return urlOf(comparePath, params);
}

/** Ids of the marked runs, the one that was marked first before the other. */
export function markedRuns(params: URLSearchParams): readonly string[] {
  return params.get('marked')?.split(',') ?? [];
}

/** Marks a run, or no longer. The newest two marks stay. */
export function toggleMark(params: URLSearchParams, id: string): void {
  const marked = markedRuns(params);
  const next = marked.includes(id) ? marked.filter((each) => each !== id) : [...marked, id].slice(-maxMarked);
  setParams({ marked: next.join(',') }, { replace: true });
}
