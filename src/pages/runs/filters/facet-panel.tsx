import './facet-panel.css';
import { useState } from 'react';
import { formatCount } from '../../shared/format/format-quantity.js';
import { pathBelowRoot } from '../../shared/initial-state-of-page.js';
import { useCommitted } from '../../shared/use-committed.js';
import { changedParams, urlOf, useLocation } from '../navigation.js';
import { useHasPayload, useResourceNames } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import { type FacetItem, facetItemsOf, shownItems } from './facet-items.js';
import { type Facets, nameOfValue, taskFacet, useFacetFields } from './facets.js';
import {
  choiceFields,
  excluded,
  type FacetField,
  type FilterField,
  firstPage,
  measureFields,
  setFilter,
  toggleValue,
} from './filter-fields.js';

interface FacetPanelProps {
  readonly scope: Scope | undefined;
  readonly facets: Facets;
  readonly onClose: () => void;
}

/** Lists values to include or exclude, with the number of their runs, and limits for numbers. */
export function FacetPanel({ scope, facets, onClose }: FacetPanelProps) {
  return (
    <section className="facets stack panel small screen-only" aria-label="Filters by value">
      {useFacetFields(scope).map((field) => (
        <Facet key={field.param} field={field} facets={facets} />
      ))}
      <FurtherFilters scope={scope} />
      <p className="facets-note muted">Alt-click excludes a value.</p>
      <button type="button" className="facets-close primary" onClick={onClose}>
        Show the runs
      </button>
    </section>
  );
}

/** Filters whose values are not counted: limits for numbers, and choices. */
function FurtherFilters({ scope }: { readonly scope: Scope | undefined }) {
  const { params } = useLocation();
  const hasPayload = useHasPayload(scope);
  const choices = choiceFields.filter(({ isPayload = false }) => hasPayload || !isPayload);
  const isLimited = [...choices, ...measureFields.flatMap(({ from, to }) => [from, to])].some(({ param }) =>
    params.has(param),
  );
  return (
    <details
      className="facet stack"
      open={isLimited}
      onToggle={({ currentTarget }) => currentTarget.open && currentTarget.scrollIntoView({ block: 'nearest' })}
    >
      <summary>More filters</summary>
      {measureFields.map(({ label, from, to }) => (
        <div key={label} className="facet-limits">
          <span className="faint">{label}</span>
          <LimitInput field={from} placeholder="from" />
          <LimitInput field={to} placeholder="to" />
        </div>
      ))}
      {choices.map(({ param, label, choices: values = [] }) => (
        <label key={param} className="facet-choice">
          <span className="faint">{label}</span>
          <select value={params.get(param) ?? ''} onChange={({ target }) => setFilter(param, target.value)}>
            <option value="">any</option>
            {values.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ))}
    </details>
  );
}

function Facet({ field, facets }: { readonly field: FacetField; readonly facets: Facets }) {
  const { params } = useLocation();
  const { param, label } = field;
  const [isExpanded, setExpanded] = useState(false);
  const [term, setTerm] = useState('');
  const names = useResourceNames();
  const read = facets.get(param);
  const loaded = read?.length ? read : (field.choices?.map(([value, name]) => ({ value, name })) ?? read);
  const items = facetItemsOf(loaded ?? [], {
    included: params.getAll(param),
    excluded: params.getAll(excluded(param)),
    nameOf: (value) => nameOfValue(field, value, facets, names),
  });
  const { shown, isLong, isSearchable } = shownItems(items, isExpanded, term);
  if (loaded !== undefined && items.length === 0) return null;
  return (
    <fieldset className={`facet facet-${param} stack`} aria-busy={loaded === undefined}>
      <legend>{label}</legend>
      {isSearchable && (
        <input
          type="search"
          aria-label={`Search the values of ${label}`}
          placeholder="name"
          value={term}
          onChange={({ target }) => setTerm(target.value)}
        />
      )}
      {shown.map((item) => (
        <FacetChoice key={item.value} field={field} {...item} />
      ))}
      {isLong && (
        <button type="button" className="link" onClick={() => setExpanded(!isExpanded)}>
          {isExpanded ? 'Fewer' : `All ${items.length}`}
        </button>
      )}
    </fieldset>
  );
}

interface FacetChoiceProps extends FacetItem {
  readonly field: FacetField;
}

function FacetChoice({ field, value, name, runs, state }: FacetChoiceProps) {
  const { params } = useLocation();
  const count = runs === undefined ? null : <span className="facet-count muted number">{formatCount(runs)}</span>;
  if (field === taskFacet) {
    return (
      <a
        className="facet-value"
        title={name}
        href={urlOf(pathBelowRoot(), changedParams(params, { task: value, ...firstPage }))}
      >
        <span className="facet-name one-line">{name}</span>
        {count}
      </a>
    );
  }
  const isExcluded = state === 'excluded';
  return (
    <label className={`facet-value ${state}`} title={isExcluded ? `without ${name}` : name}>
      <input
        type="checkbox"
        checked={state !== 'open'}
        onChange={({ nativeEvent }) =>
          toggleValue(params, field.param, value, isExcluded || (nativeEvent as MouseEvent).altKey)
        }
      />
      <span className="facet-name one-line">
        {isExcluded && 'not '}
        {name}
      </span>
      {count}
    </label>
  );
}

interface LimitInputProps {
  readonly field: FilterField;
  readonly placeholder: string;
}

function LimitInput({ field: { param, label }, placeholder }: LimitInputProps) {
  const { params } = useLocation();
  const value = params.get(param) ?? '';
  const committed = useCommitted(value, (text) => {
    if (text.trim() !== value) setFilter(param, text.trim());
  });
  return <input inputMode="decimal" aria-label={label} autoComplete="off" placeholder={placeholder} {...committed} />;
}
