import type { ApiError } from '../../shared/api/error-sentence.js';
import { plainFilter, rejectableFilters } from './filter-fields.js';

export interface FilterError {
  readonly param: string;
  readonly message: string;
}

/** Forms of values by the type of their filter. Errors of the API name types of GraphQL or its own fields instead. */
const expectations: Readonly<Record<string, string>> = {
  Int: 'a whole number',
  Float: 'a number',
  Decimal: 'a number',
  ID: '8-4-4-4-12 hexadecimal digits',
};

/** Finds the filter of the page that an error of the API is about. */
export function filterErrorOf(error: unknown, params: URLSearchParams): FilterError | undefined {
  const { message = '', extensions } = (error ?? {}) as Partial<ApiError>;
  const detail = extensions?.detail as readonly { readonly loc: readonly unknown[] }[] | undefined;
  // GraphQL's own errors of variables have the place in their text.
  const [, place = String(extensions?.argument)] = /at "(filter\.[^"]+)/.exec(message) ?? [];
  const isTyped = place.startsWith('filter.');
  const names = [...(isTyped ? (place.match(/\w+/g) ?? []) : []), ...(detail ?? []).flatMap(({ loc }) => loc)];
  const filter = rejectableFilters(params).find((activeFilter) =>
    Object.keys(plainFilter(activeFilter)).some((name) => names.includes(name)),
  );
  if (filter === undefined) return undefined;
  const { param, label, type = '' } = filter.field;
  const expectation = isTyped && expectations[type];
  return {
    param,
    message: expectation
      ? `“${label}” must be ${expectation}, not “${filter.values.join('”, “')}”.`
      : message.replace(/^Variable "\$filter" .*?; /, ''),
  };
}
