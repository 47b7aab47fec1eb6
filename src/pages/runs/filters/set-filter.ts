import { setParams } from '../navigation.js';
import { filterFields } from './filter-fields.js';

const firstPage = { after: null, before: null };

/** Changes of a filter begin the list anew. */
export function setFilter(param: string, value: string | null): void {
  setParams({ [param]: value, ...firstPage });
}

export function removeFilters(): void {
  setParams({ ...Object.fromEntries(filterFields.map(({ param }) => [param, null])), ...firstPage });
}
