import './filters.css';
import { useState } from 'react';
import { useQuery } from '../../shared/api/use-query.js';
import { useLocation } from '../navigation.js';
import { reportingGroupsQuery } from '../operations.js';
import { type Scope, useHasPayload } from '../scope/scope.js';
import { ScopeChooser } from '../scope/scope-chooser.js';
import { filterErrorOf } from './filter-error.js';
import {
  type ActiveFilter,
  activeFilters,
  groupField,
  panelFields,
  removeFilters,
  setFilter,
  statusField,
} from './filter-fields.js';
import { FilterPanel } from './filter-panel.js';
import { PeriodControl } from './period-control.js';

interface FilterBarProps {
  readonly scope: Scope | undefined;
  /** Why the page has no runs of these filters, which may be the fault of one of them. */
  readonly error: unknown;
  /** Whether the page has a period of its own where the address names none. */
  readonly hasDefaultPeriod?: boolean;
  /** Further controls of the page. */
  readonly children?: React.ReactNode;
}

/** Which runs: everything in it is in the address. */
export function FilterBar({ scope, error, hasDefaultPeriod = false, children }: FilterBarProps) {
  const { params } = useLocation();
  const [isOpened, setOpened] = useState(false);
  const filterError = filterErrorOf(error, params);
  const hasPayload = useHasPayload(scope);
  const isOpen = isOpened || panelFields.some(({ param }) => param === filterError?.param);
  const active = activeFilters(params);
  const isNamed = params.has('group') && params.get('group') !== 'none';
  const groups = useReportingGroups(scope, isOpen || isNamed);
  const chips = active.filter(({ field }) => panelFields.includes(field));
  const nameOf = ({ field, value }: ActiveFilter) =>
    field === groupField
      ? (groups.find(({ id }) => id === value)?.name ?? value)
      : (field.choices?.find(([each]) => each === value)?.[1] ?? value);
  return (
    <search className="filter-bar">
      <div className="filter-row">
        <ScopeChooser scope={scope} />
        <label>
          <span className="field-name">{statusField.label}</span>
          <select value={params.get('status') ?? ''} onChange={({ target }) => setFilter('status', target.value)}>
            <option value="">any</option>
            <Choices choices={statusField.choices!} />
          </select>
        </label>
        <PeriodControl hasDefault={hasDefaultPeriod} />
        <div className="filter-actions">
          <button type="button" aria-expanded={isOpen} onClick={() => setOpened(!isOpened)}>
            {isOpen ? 'Fewer filters' : 'More filters'}
          </button>
          {children}
        </div>
      </div>
      {isOpen && <FilterPanel hasPayload={hasPayload} groups={groups} error={filterError} />}
      {chips.length > 0 && (
        <ul className="filter-chips" aria-label="Filters">
          {chips.map((filter) => (
            <li key={filter.field.param} className={filter.field.param === filterError?.param ? 'bad' : ''}>
              {filter.field.label}: <b>{nameOf(filter)}</b>
              <button
                type="button"
                className="link"
                aria-label={`Remove the filter ${filter.field.label}`}
                onClick={() => setFilter(filter.field.param, null)}
              >
                ×
              </button>
            </li>
          ))}
          <li className="all">
            <button type="button" className="link" onClick={removeFilters}>
              Remove all
            </button>
          </li>
        </ul>
      )}
    </search>
  );
}

function Choices({ choices }: { readonly choices: readonly (readonly [string, string])[] }) {
  return choices.map(([value, label]) => (
    <option key={value} value={value}>
      {label}
    </option>
  ));
}

/** Returns the reporting groups that have runs, by their names. */
function useReportingGroups(scope: Scope | undefined, isEnabled: boolean) {
  const { response } = useQuery(reportingGroupsQuery, isEnabled ? scope : undefined);
  const groups = (response?.data?.taskRunStats?.groupBy ?? []).flatMap(({ reportingGroup }) => reportingGroup ?? []);
  return groups.toSorted((one, other) => one.name.localeCompare(other.name));
}
