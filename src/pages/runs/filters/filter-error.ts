import type { ApiError } from '../../shared/api/error-sentence.js';
import { plainFilter, rejectableFilters } from './filter-fields.js';

export interface FilterError {
  readonly param: string;
  readonly message: string;
}

/**
 * Descriptions of valid values by the type of their filter. The API's own errors refer to GraphQL types or API fields
 * instead.
 */
const expectations: Readonly<Record<string, string>> = {
  Int: 'a whole number',
  Float: 'a number',
  Decimal: 'a number',
  ID: '8-4-4-4-12 hexadecimal digits',
};

/** Finds the filter of the page to which an API error refers. */
export function filterErrorOf(error: unknown, params: URLSearchParams): FilterError | undefined {
  const { message = '', extensions } = (error ?? {}) as Partial<ApiError>;
  const detail = extensions?.detail as readonly { readonly loc: readonly unknown[] }[] | undefined;
  // GraphQL's own errors about variables contain the path in their text.
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
