import { Notice } from '../../shared/notice/notice.js';
import { changedParams, urlOf, useLocation } from '../navigation.js';
import { useScopesAround } from '../scope/scope.js';
import { paramsOfScope, type Scope } from '../scope/scope-params.js';
import { activeFilters, filterOf, removeFilters } from './filter-fields.js';
import { outsideOfScope, type Result, type RunSearch } from './run-search.js';

interface NoMatchProps {
  readonly scope: Scope | undefined;
  readonly search: RunSearch;
  /** Other suggestions than to remove the filters. */
  readonly children?: React.ReactNode;
}

/** Replaces the runs if a search or the filters match none. Names the scope, and offers to search the wider ones. */
export function NoMatch({ scope, search, children }: NoMatchProps) {
  const { path, params } = useLocation();
  const [here, ...wider] = useScopesAround(scope);
  const { result } = search;
  const isFiltered = Object.keys(filterOf(params)).length > 0;
  const isMiss = result?.isMiss === true;
  const actions = (
    <>
      {wider.map(({ scope: around, name }) =>
        isMiss ? (
          <button key={name} type="button" onClick={() => search.start(around)}>
            Search {name}
          </button>
        ) : (
          <a
            key={name}
            className="as-button"
            href={urlOf(path, changedParams(params, { ...paramsOfScope(around), ...outsideOfScope }))}
          >
            Search {name}
          </a>
        ),
      )}
      {isMiss && (
        <button type="button" onClick={search.clear}>
          Clear the search
        </button>
      )}
      {children ??
        (isFiltered && (
          <button type="button" onClick={removeFilters}>
            Remove the filters
          </button>
        ))}
    </>
  );
  return (
    <Notice isAnnounced actions={actions}>
      {sentenceOf(here?.name ?? '', params, result)}
    </Notice>
  );
}

const withoutTexts =
  'Only references, contexts and names were searched: the search in texts is off, and an operator can turn it on by task-run-gateway migrate --search on.';

function sentenceOf(place: string, params: URLSearchParams, result: Result | undefined): string {
  const isFiltered = Object.keys(filterOf(params)).length > 0;
  if (result?.isMiss) {
    const sentence = `No run in ${place} matches “${result.text}”${isFiltered ? ' and these filters' : ''}.`;
    const isWithoutTexts = result.found.some(({ count, rejection }) => count === undefined && rejection);
    return isWithoutTexts ? `${sentence} ${withoutTexts}` : sentence;
  }
  if (activeFilters(params).length > 0) return `No run in ${place} matches all of these filters.`;
  return `There are no runs in ${place}${isFiltered ? ' in this period' : ''}.`;
}
