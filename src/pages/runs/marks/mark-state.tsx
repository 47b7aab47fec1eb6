import { countOf } from '../../shared/format/format-quantity.js';
import { setParams } from '../navigation.js';
import { runsPageParams } from '../run-url.js';
import { markedRuns, urlOfComparison } from './comparison-url.js';

interface MarkStateProps {
  readonly params: URLSearchParams;
  /** Additional actions on the selected runs. */
  readonly children?: React.ReactNode;
}

/** Shows the number of selected runs, and the available actions. */
export function MarkState({ params, children }: MarkStateProps) {
  const { length } = markedRuns(params);
  if (length === 0) return null;
  return (
    <span className="mark-state">
      {countOf(length, 'run')} selected:{' '}
      {length <= 2 && (
        <a href={comparisonOfMarked(params, undefined)}>{length === 1 ? 'Compare with the last success' : 'Compare'}</a>
      )}
      {children}
      <button type="button" className="link" onClick={() => setParams({ marked: null }, { replace: true })}>
        Clear
      </button>
    </span>
  );
}

/**
 * Returns the URL for comparing two selected runs, one selected run with the focused run, or one run with the default.
 * Returns `undefined` without a run.
 */
export function comparisonOfMarked(params: URLSearchParams, focused: string | undefined): string | undefined {
  const marked = markedRuns(params);
  const [first, second = focused] = marked.length > 2 ? [] : marked;
  const listParams = runsPageParams(params);
  if (first === undefined) return focused && urlOfComparison(listParams, focused);
  return second === undefined || second === first
    ? urlOfComparison(listParams, first)
    : urlOfComparison(listParams, second, first);
}
