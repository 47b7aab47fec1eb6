import { setParams } from '../navigation.js';
import { filterFields } from './filter-fields.js';

const firstPage = { after: null, before: null };

/** Sets a filter, and returns to the first page of the list. */
export function setFilter(param: string, value: string | null): void {
  setParams({ [param]: value, ...firstPage });
}

export function removeFilters(): void {
  setParams({ ...Object.fromEntries(filterFields.map(({ param }) => [param, null])), ...firstPage });
}
