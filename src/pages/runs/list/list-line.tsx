import { countOf } from '../../shared/format/format-quantity.js';
import { MarkState } from '../marks/mark-state.js';
import { LiveIndicator } from './live-indicator.js';
import type { List } from './use-list.js';

interface ListLineProps {
  readonly list: List;
  /** Exports the selected runs. */
  readonly onExport: () => void;
}

/** The number of runs, whose runs they are, the selected ones, and the new ones. */
export function ListLine({ list: { params, total, connection, live, newRuns, showNew }, onExport }: ListLineProps) {
  return (
    <div className="list-line faint">
      <output>{total === undefined ? ' ' : countOf(total, 'run')}</output>
      {connection?.runAccess === 'OWN' && <span>Some tasks show only your own runs.</span>}
      {connection?.runAccess === 'USAGE' && (
        <span>Inputs, responses and files of some runs are not visible to you.</span>
      )}
      <MarkState params={params}>
        <button type="button" className="link" onClick={onExport}>
          Export
        </button>
      </MarkState>
      <LiveIndicator live={live} newRuns={newRuns} onShow={showNew} />
    </div>
  );
}
