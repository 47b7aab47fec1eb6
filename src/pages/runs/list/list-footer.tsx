import { focusSearch } from '../filters/search-box.js';
import { useShortcuts } from '../keys/shortcuts.js';
import { toggleMark } from '../marks/comparison-url.js';
import { comparisonOfMarked } from '../marks/mark-state.js';
import { navigate, setParams } from '../navigation.js';
import { closePeekedRow, reachedRun, usePeekedRowInView, useReturningFocus, useSteps } from '../peek/list-steps.js';
import { peekedRun } from '../peek/peeked-run.js';
import { newestFirst, orderOf } from '../table/run-list.js';
import { toggleLive } from './list-toolbar.js';
import type { List } from './use-list.js';

interface ListFooterProps {
  readonly list: List;
  readonly onExport: () => void;
}

/** The pages of the list, and its keys. */
export function ListFooter({ list, onExport }: ListFooterProps) {
  const { params, scope, runs, pages } = list;
  const isNewestFirst = orderOf(params) === newestFirst;
  const step = useSteps(params, list.isLoading ? undefined : runs, { newerPage: pages.newer, olderPage: pages.older });
  useReturningFocus(runs !== undefined);
  usePeekedRowInView(peekedRun(params, scope)?.id, runs !== undefined);
  const older = () => pages.older && setParams(pages.older);
  const newer = () => pages.newer && setParams(pages.newer);
  useShortcuts([
    { keys: ['j', 'ArrowDown'], description: 'the next run; Enter opens it', run: () => step(1) },
    { keys: ['k', 'ArrowUp'], description: 'the previous run', run: () => step(-1) },
    { keys: [' '], description: 'open the run next to the list, or close it' },
    { keys: ['Escape'], description: 'close the run and return to its row', run: closePeekedRow },
    ...cellKeys,
    { keys: ['x'], description: 'select the run, or clear its selection', run: () => mark(params) },
    {
      keys: ['c'],
      description: 'compare two selected runs, or one with the last success',
      run: () => compare(params),
    },
    { keys: ['o'], description: 'older runs', run: older },
    { keys: ['n'], description: 'newer runs', run: newer },
    { keys: ['/'], description: 'find runs', run: focusSearch },
    { keys: ['f'], description: 'failed runs only, or all runs', run: () => toggleFailed(params) },
    { keys: ['l'], description: 'follow the list live, or stop', run: () => toggleLive(params) },
    { keys: ['.'], description: 'show new runs', run: list.showNew },
    { keys: ['e'], description: 'export these runs', run: onExport },
  ]);
  const isUnknown = runs === undefined && list.isLoading;
  if (!isUnknown && pages.older === undefined && pages.newer === undefined) return null;
  return (
    <nav className="list-pages row screen-only" aria-label="Pages of the list">
      <button type="button" disabled={pages.newer === undefined} onClick={newer}>
        ← {isNewestFirst ? 'Newer' : 'Previous'}
      </button>
      <button type="button" disabled={pages.older === undefined} onClick={older}>
        {isNewestFirst ? 'Older' : 'Next'} →
      </button>
    </nav>
  );
}

/** Keys that rows handle. */
const cellKeys = [
  { keys: ['ArrowRight', 'ArrowLeft'], description: 'a value of the row; Enter lists the runs that have it' },
  { keys: ['Alt'], description: 'with a click on a value: filter by it' },
];

function mark(params: URLSearchParams): void {
  const id = reachedRun();
  if (id !== undefined) toggleMark(params, id);
}

function compare(params: URLSearchParams): void {
  const url = comparisonOfMarked(params, reachedRun());
  if (url !== undefined) navigate(url);
}

function toggleFailed(params: URLSearchParams): void {
  setParams({ status: params.get('status') === 'FAIL' ? null : 'FAIL', after: null, before: null });
}
