import { excluded, facetFields, setFilter, toggleValue } from '../filters/filter-fields.js';
import type { ValueFilter } from '../table/columns.js';

/** One filter that a cell offers for its value. */
export interface CellFilter {
  readonly sign: '=' | '≠' | '≥' | '≤';
  readonly label: string;
  apply(params: URLSearchParams): void;
}

/** Returns the filters for a value. The first one is that of Enter and Alt-click. */
export function cellFiltersOf({ param, maxParam, value }: ValueFilter, title: string): readonly CellFilter[] {
  if (maxParam !== undefined) {
    return [
      { sign: '≥', label: `${title}: at least this`, apply: () => setFilter(param, value) },
      { sign: '≤', label: `${title}: at most this`, apply: () => setFilter(maxParam, value) },
    ];
  }
  const label = `${title}: only this`;
  if (!facetFields.some((field) => field.param === param)) {
    return [{ sign: '=', label, apply: () => setFilter(param, value) }];
  }
  const select = (isExcluded: boolean) => (params: URLSearchParams) => {
    const isSelected = params.getAll(isExcluded ? excluded(param) : param).includes(value);
    if (!isSelected) toggleValue(params, param, value, isExcluded);
  };
  return [
    { sign: '=', label, apply: select(false) },
    { sign: '≠', label: `${title}: all but this`, apply: select(true) },
  ];
}
