import { countOf } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import { hasFilters } from '../filters/filter-fields.js';
import { NoMatch } from '../filters/no-match.js';
import type { RunSearch } from '../filters/run-search.js';
import type { RunsData } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';
import { NoAccess } from '../scope/viewer.js';

interface EmptyListProps {
  readonly scope: Scope | undefined;
  readonly params: URLSearchParams;
  readonly search: RunSearch;
  /** Whether the caller has no role anywhere. */
  readonly hasNoAccess: boolean;
}

/** Explains an empty list, and suggests what to do. */
export function EmptyList({ scope, params, search, hasNoAccess }: EmptyListProps) {
  if (hasNoAccess) return <NoAccess />;
  if (search.result?.isMiss || hasFilters(params)) return <NoMatch scope={scope} search={search} />;
  return <p className="notice">There are no runs yet. “Live” shows new runs as they arrive.</p>;
}

interface ScanNoticeProps {
  readonly scan: NonNullable<RunsData['taskRuns']>['scan'];
  readonly found: number;
  readonly onContinue: () => void;
}

/** Shows how far back one step of the list has searched, if it scanned many runs. */
export function ScanNotice({ scan: { scannedTo }, found, onContinue }: ScanNoticeProps) {
  return (
    <div className="notice scan-state" role="status">
      <p>
        {scannedTo === null ? 'A part of the runs was searched' : `Searched as far as ${formatTime(scannedTo)}`}:{' '}
        {found === 0 ? 'no run was found so far.' : `${countOf(found, 'run')} found on this page.`}
      </p>
      <button type="button" className="primary" onClick={onContinue}>
        Continue
      </button>
    </div>
  );
}
