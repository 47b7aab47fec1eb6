import './filters.css';
import { useEffect, useState } from 'react';
import { setParams, useLocation } from '../navigation.js';
import { useResourceNames } from '../scope/scope.js';
import { ScopeChooser } from '../scope/scope-chooser.js';
import type { Scope } from '../scope/scope-params.js';
import { type Facets, nameOfValue, useFacets } from './facets.js';
import { filterErrorOf } from './filter-error.js';
import { type ActiveFilter, activeFilters, removeFilter, removeFilters } from './filter-fields.js';
import { PeriodControl } from './period-control.js';
import { type RunSearch, useRunSearch } from './run-search.js';
import { SearchBox } from './search-box.js';
import { namedFailures } from './value-filter.js';

/** The panel of values, which a page shows next to its content, and the search for runs. */
export interface FilterPanelState {
  readonly isOpen: boolean;
  readonly facets: Facets;
  readonly search: RunSearch;
  toggle(): void;
  /** Loads the values even if the panel is closed, so that their names can be searched. */
  wantNames(): void;
}

/** @param isReady false while something more important than the values is loading */
export function useFilterPanel(scope: Scope | undefined, isReady: boolean, isOpenAtFirst: boolean): FilterPanelState {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const [isWanted, setWanted] = useState(false);
  const { params } = useLocation();
  const hasFilters = activeFilters(params).length > 0;
  const facets = useFacets(scope, isReady && (isOpen || isWanted || hasFilters));
  const search = useRunSearch(scope, facets);
  return { isOpen, facets, search, toggle: () => setOpen(!isOpen), wantNames: () => setWanted(true) };
}

interface FilterBarProps {
  readonly scope: Scope | undefined;
  /** The reason why the page has no runs for these filters. One of them may be invalid. */
  readonly error: unknown;
  readonly panel: FilterPanelState;
  /** Whether the page has a default period if the URL does not contain one. */
  readonly hasDefaultPeriod?: boolean;
  /** Additional controls of the page. */
  readonly children?: React.ReactNode;
}

/** The controls that select runs. Their whole state is in the URL. */
export function FilterBar({ scope, error, panel, hasDefaultPeriod = false, children }: FilterBarProps) {
  const { params } = useLocation();
  const filterError = filterErrorOf(error, params);
  const active = activeFilters(params);
  const renamed = namedFailures(params);
  useEffect(() => {
    if (renamed !== undefined) setParams(renamed, { replace: true });
  });
  return (
    <search className="filter-bar stack">
      <div className="filter-row fields">
        <ScopeChooser scope={scope} />
        <PeriodControl hasDefault={hasDefaultPeriod} />
        <SearchBox scope={scope} search={panel.search} onFocus={panel.wantNames} />
        <div className="filter-actions screen-only">
          <button type="button" aria-expanded={panel.isOpen} onClick={panel.toggle}>
            Filters
          </button>
          {children}
        </div>
      </div>
      {active.length > 0 && (
        <ul className="filter-chips row bare-list" aria-label="Filters">
          {active.map((filter) => (
            <Chip
              key={labelOf(filter)}
              filter={filter}
              facets={panel.facets}
              isBad={filter.field.param === filterError?.param}
            />
          ))}
          <li className="row small">
            <button type="button" className="link" onClick={removeFilters}>
              Remove all
            </button>
          </li>
        </ul>
      )}
      {filterError !== undefined && (
        <p className="field-error problem small" role="alert">
          {filterError.message}
        </p>
      )}
    </search>
  );
}

interface ChipProps {
  readonly filter: ActiveFilter;
  readonly facets: Facets;
  readonly isBad: boolean;
}

function Chip({ filter, facets, isBad }: ChipProps) {
  const { field, values } = filter;
  const label = labelOf(filter);
  const names = useResourceNames();
  return (
    <li className={`chip ${isBad ? 'bad' : ''}`} title={values.join(', ')}>
      <span>{label}:</span> <b>{values.map((value) => nameOfValue(field, value, facets, names)).join(' or ')}</b>
      <button
        type="button"
        className="link"
        aria-label={`Remove the filter ${label}`}
        onClick={() => removeFilter(filter)}
      >
        ×
      </button>
    </li>
  );
}

function labelOf({ field: { label }, isExcluded }: ActiveFilter): string {
  return isExcluded ? `${label} not` : label;
}
