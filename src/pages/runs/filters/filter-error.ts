import type { ApiError } from '../../shared/api/error-sentence.js';
import { type ActiveFilter, activeFilters } from './filter-fields.js';

export interface FilterError {
  readonly param: string;
  readonly message: string;
}

/** Finds the filter of the page that an error of the API is about. */
export function filterErrorOf(error: unknown, params: URLSearchParams): FilterError | undefined {
  const { message = '', extensions } = (error ?? {}) as Partial<ApiError>;
  const detail = extensions?.detail as readonly { readonly loc: readonly unknown[] }[] | undefined;
  // GraphQL's own errors of variables have the place in their text.
  const [, atFilter] = /at "filter\.(\w+)/.exec(message) ?? [];
  const names = [atFilter, ...(detail ?? []).flatMap(({ loc }) => loc)];
  const filter = activeFilters(params).find((each) => names.includes(nameInApi(each)));
  return filter && { param: filter.field.param, message: message.replace(/^Variable "\$filter" .*?; /, '') };
}

function nameInApi({ field, value }: ActiveFilter): string | undefined {
  return Object.keys(field.toFilter(value))[0];
}
