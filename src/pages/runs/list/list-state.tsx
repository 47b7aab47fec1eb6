import { sentenceOf } from '../../shared/api/error-sentence.js';
import { activeFilters } from '../filters/filter-fields.js';
import { removeFilters } from '../filters/set-filter.js';
import { setParams } from '../navigation.js';

interface ListStateProps {
  readonly error: unknown;
  readonly params: URLSearchParams;
  readonly isFirstPage: boolean;
  /** The caller has no role anywhere. */
  readonly hasNoAccess: boolean;
}

/** In place of a table: why there is none, and what to do. */
export function ListState({ error, params, isFirstPage, hasNoAccess }: ListStateProps) {
  if (hasNoAccess) return <NoAccess />;
  if (error !== undefined) {
    return (
      <div className="notice bad" role="alert">
        <p>{sentenceOf(error)}</p>
        {!isFirstPage && (
          <button type="button" onClick={() => setParams({ after: null, before: null })}>
            Go to the newest runs
          </button>
        )}
      </div>
    );
  }
  if (activeFilters(params).length > 0) {
    return (
      <div className="notice">
        <p>No run matches all of these filters.</p>
        <button type="button" onClick={removeFilters}>
          Remove the filters
        </button>
      </div>
    );
  }
  return <p className="notice">There are no runs here yet. With “Live”, they appear as they are made.</p>;
}

export function NoAccess() {
  return (
    <p className="notice">
      The owner of this token has no role on any organization, project or task. Whoever runs the gateway grants one with{' '}
      <code>task-run-gateway grant</code>.
    </p>
  );
}
