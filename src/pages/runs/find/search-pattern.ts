// The texts that a search of runs found, as a pattern.

import { selectedValues } from '../filters/value-filter.js';

/** Returns a pattern that matches the text literally. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

const [wordBegin, wordEnd] = ['(?<![\\p{L}\\p{N}])', '(?![\\p{L}\\p{N}])'];

/** Returns a pattern for the words and values that the URL selects, or `undefined` without any. */
export function searchPatternOf(params: URLSearchParams): string | undefined {
  const wholes = [
    ...(params.get('words')?.split(/[^\p{L}\p{N}]+/u) ?? []),
    ...params.getAll('context'),
    ...selectedValues(params.get('is') ?? ''),
  ];
  const patterns = [
    ...wholes.filter((text) => text !== '').map((text) => escapePattern(text) + wordEnd),
    ...params
      .getAll('reference')
      .filter((text) => text !== '')
      .map(escapePattern),
  ];
  return patterns.length === 0 ? undefined : `${wordBegin}(?:${patterns.join('|')})`;
}
