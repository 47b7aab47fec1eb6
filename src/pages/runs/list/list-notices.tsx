import { countOf } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import { Notice } from '../../shared/notice/notice.js';
import { hasFilters } from '../filters/filter-fields.js';
import { NoMatch } from '../filters/no-match.js';
import type { RunSearch } from '../filters/run-search.js';
import { FirstRun } from '../first-run/first-run.js';
import type { RunsData } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';

interface EmptyListProps {
  readonly scope: Scope | undefined;
  readonly params: URLSearchParams;
  readonly search: RunSearch;
  /** Whether the caller has no role anywhere. */
  readonly hasNoAccess: boolean;
  readonly onFirstRun: () => void;
}

/** Explains an empty list, and suggests what to do. */
export function EmptyList({ scope, params, search, hasNoAccess, onFirstRun }: EmptyListProps) {
  const isFiltered = search.result?.isMiss === true || hasFilters(params);
  if (isFiltered && !hasNoAccess) return <NoMatch scope={scope} search={search} />;
  return <FirstRun scope={hasNoAccess ? undefined : scope} onFound={onFirstRun} />;
}

interface ScanNoticeProps {
  readonly scan: NonNullable<RunsData['taskRuns']>['scan'];
  readonly found: number;
  readonly onContinue: () => void;
}

/** Shows how far back one step of the list has searched, if it scanned many runs. */
export function ScanNotice({ scan: { scannedTo }, found, onContinue }: ScanNoticeProps) {
  return (
    <Notice
      isAnnounced
      actions={
        <button type="button" className="primary" onClick={onContinue}>
          Continue
        </button>
      }
    >
      {scannedTo === null ? 'Some of the runs were searched' : `Searched back to ${formatTime(scannedTo)}`}:{' '}
      {found === 0 ? 'no run was found so far.' : `${countOf(found, 'run')} found on this page.`}
    </Notice>
  );
}
