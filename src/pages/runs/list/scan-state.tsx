import type { RunsData } from '../../operations.js';
import { countOf } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';

interface ScanStateProps {
  readonly scan: NonNullable<RunsData['taskRuns']>['scan'];
  readonly found: number;
  readonly onGoOn: () => void;
}

/** How far the list came in one step, where it has searched many runs. */
export function ScanState({ scan: { scannedTo }, found, onGoOn }: ScanStateProps) {
  return (
    <div className="notice scan-state" role="status">
      <p>
        {scannedTo === null ? 'A part of the runs was searched' : `Searched as far as ${formatTime(scannedTo)}`}:{' '}
        {found === 0 ? 'no run was found so far.' : `${countOf(found, 'run')} found on this page.`}
      </p>
      <button type="button" className="primary" onClick={onGoOn}>
        Go on
      </button>
    </div>
  );
}
