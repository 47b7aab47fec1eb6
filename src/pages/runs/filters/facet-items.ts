// The values of a facet, with those that the URL includes or excludes.

export interface FacetValue {
  readonly value: string;
  readonly name: string;
  /** The number of runs; `undefined` if they were not counted. */
  readonly runs?: number;
}

export interface FacetItem extends FacetValue {
  readonly state: 'included' | 'excluded' | 'open';
}

interface Selection {
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  readonly nameOf: (value: string) => string;
}

/** Returns the selected values that no run has, followed by the loaded ones. */
export function facetItemsOf(
  loaded: readonly FacetValue[],
  { included, excluded, nameOf }: Selection,
): readonly FacetItem[] {
  const others = [...included, ...excluded].filter((value) => !loaded.some((item) => item.value === value));
  return [...others.map((value) => ({ value, name: nameOf(value) })), ...loaded].map((item) => ({
    ...item,
    state: included.includes(item.value) ? 'included' : excluded.includes(item.value) ? 'excluded' : 'open',
  }));
}

/** The number of values shown initially. */
const initialValues = 5;
/** From this number of values, their names can be searched. */
const minSearched = 10;

interface ShownItems {
  readonly shown: readonly FacetItem[];
  /** Whether there are more values than those shown initially. */
  readonly isLong: boolean;
  readonly isSearchable: boolean;
}

/** Returns the first values, or all of them whose names contain the text. */
export function shownItems(items: readonly FacetItem[], isExpanded: boolean, text: string): ShownItems {
  const isSearchable = isExpanded && items.length >= minSearched;
  const matching = isSearchable ? items.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())) : items;
  return {
    shown: isExpanded ? matching : items.slice(0, initialValues),
    isLong: items.length > initialValues,
    isSearchable,
  };
}
