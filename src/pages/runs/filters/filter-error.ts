import type { ApiError } from '../../shared/api/error-sentence.js';
import { type ActiveFilter, rejectableFilters } from './filter-fields.js';

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
  const [, atFilter] = /at "filter\.(\w+)/.exec(message) ?? [];
  const [, argument] = /^filter\.(\w+)/.exec(String(extensions?.argument)) ?? [];
  const names = [atFilter, argument, ...(detail ?? []).flatMap(({ loc }) => loc)];
  const filter = rejectableFilters(params).find((each) => names.includes(nameInApi(each)));
  if (filter === undefined) return undefined;
  const { param, label, type = '' } = filter.field;
  const expectation = (atFilter ?? argument) && expectations[type];
  return {
    param,
    message: expectation
      ? `“${label}” must be ${expectation}, not “${filter.value}”.`
      : message.replace(/^Variable "\$filter" .*?; /, ''),
  };
}

/** Returns the error as the page reports it: that of a filter in the words of its field. */
export function reportedError(error: unknown, params: URLSearchParams): unknown {
  const filterError = filterErrorOf(error, params);
  return filterError ? { message: filterError.message } : error;
}

function nameInApi({ field, value }: ActiveFilter): string | undefined {
  return Object.keys(field.toFilter(value))[0];
}
