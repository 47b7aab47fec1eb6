// Parses the text of the search box.

import { isId } from '../../shared/format/format-id.js';
import { isJson, isValueName, isValueText, jsonSources, valueText } from './value-filter.js';

export type SearchText =
  | { readonly kind: 'id'; readonly id: string }
  /** Values of the filter `is`. The first one that finds runs is used. */
  | { readonly kind: 'value'; readonly texts: readonly string[] }
  /** Parameters with their values. */
  | { readonly kind: 'limits'; readonly limits: Readonly<Record<string, string>> }
  /** A filter by name, and a part of its value's name. */
  | { readonly kind: 'named'; readonly name: string; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

/** Parameters that contain the text of a search. A search for another text replaces them. */
export const textParams = ['words', 'reference', 'context'] as const;

/** Returns the text of the search in a URL. */
export function searchTextOf(params: URLSearchParams): string {
  return textParams.map((param) => params.get(param) ?? '').find((text) => text !== '') ?? '';
}

/**
 * @param measures names of numbers with limits
 * @param names of filters that can precede a colon
 */
export function parseSearchText(input: string, measures: readonly string[], names: readonly string[]): SearchText {
  const text = input.trim();
  if (isId(text)) return { kind: 'id', id: text };
  return limitsIn(text, measures) ?? namedIn(text, names) ?? valuesIn(text) ?? { kind: 'text', text };
}

/** Parses limits such as `tokens>=1000`, `seconds<=2.5`, `retries=3`. */
function limitsIn(text: string, measures: readonly string[]): SearchText | undefined {
  const [, measure = '', operator = '', number = ''] = /^(\w+)\s*(>=|<=|=)\s*(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (!measures.includes(measure)) return undefined;
  return {
    kind: 'limits',
    limits: {
      ...(operator !== '<=' && { [`min-${measure}`]: number }),
      ...(operator !== '>=' && { [`max-${measure}`]: number }),
    },
  };
}

/** Parses a filter such as `failure: timeout`. */
function namedIn(input: string, names: readonly string[]): SearchText | undefined {
  const [, name = '', text = ''] = /^(\w+):\s*(.+)$/s.exec(input) ?? [];
  return names.includes(name) ? { kind: 'named', name, text } : undefined;
}

/**
 * Parses values such as `response/order/number=12345`. The name of the JSON may be omitted: `/order/number=12345`,
 * `order/number=12345` and `order.number=12345`. Text needs no quotation marks.
 */
function valuesIn(input: string): SearchText | undefined {
  const text = input.replace(/^[\w-]+(?:\.[\w-]+)+(?==)/, (names) => names.replaceAll('.', '/'));
  const [, name, rest = '', value = ''] = /^([\w-]+)?((?:\/[^/=\s]+)*)=(.*)$/s.exec(text) ?? [];
  const isPathWhole = name === undefined || isValueName(name);
  // A trailing `=` is more likely to be Base64 padding.
  if (!isPathWhole && rest === '' && /^=?$/.test(value)) return undefined;
  const [source, path] = isPathWhole ? [name, rest] : [undefined, `/${name}${rest}`];
  if (path === '' || (source !== undefined && isJson(value))) {
    return isValueText(text) ? { kind: 'value', texts: [text] } : undefined;
  }
  const json = isJson(value) ? value : JSON.stringify(value);
  const sources = jsonSources.filter((jsonSource) => source === undefined || jsonSource === source);
  return sources.length === 0
    ? undefined
    : { kind: 'value', texts: sources.map((jsonSource) => valueText(jsonSource, path, json)) };
}
