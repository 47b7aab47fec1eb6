import { setParams } from '../navigation.js';
import { runsPageParams } from '../run-url.js';
import { markedRuns, urlOfComparison } from './comparison-url.js';

/** Shows the number of marked runs, with links to compare and unmark them. */
export function MarkState({ params }: { readonly params: URLSearchParams }) {
  const [first, second] = markedRuns(params);
  if (first === undefined) return null;
  return (
    <span className="mark-state">
      {second === undefined ? '1 run is marked: mark another, or ' : '2 runs are marked: '}
      <a href={comparisonOfMarked(params, undefined)}>compare</a>
      {second === undefined && ' it with the last success'},{' '}
      <button type="button" className="link" onClick={() => setParams({ marked: null }, { replace: true })}>
        unmark
      </button>
    </span>
  );
}

/** Returns the address that compares two marked runs, or one with the focused run, or one with the default; undefined without a run. */
export function comparisonOfMarked(params: URLSearchParams, focused: string | undefined): string | undefined {
  const [first, second = focused] = markedRuns(params);
  const listParams = runsPageParams(params);
  if (first === undefined) return focused && urlOfComparison(listParams, focused);
  return second === undefined || second === first
    ? urlOfComparison(listParams, first)
    : urlOfComparison(listParams, second, first);
}
