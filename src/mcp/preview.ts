// What an agent gets of a value: its beginning. Payloads may be megabytes, and all that a tool returns is read by a model.

import { RawJson } from '../json/raw-json.js';

// limit | Lists and statistics | characters of a value in the result of an agents' tool | | its beginning
/** Characters of a text, or of a value's JSON text. */
const previewLength = 1000;

/** The same with every long text, and every JSON value whose text is long, cut to its beginning. */
export function toPreview(value: unknown): unknown {
  if (typeof value === 'string') return truncate(value);
  if (value instanceof RawJson) return value.text.length > previewLength ? truncate(value.text) : value;
  if (Array.isArray(value)) return value.map(toPreview);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toPreview(each)]));
}

function truncate(text: string): string {
  if (text.length <= previewLength) return text;
  return `${text.slice(0, previewLength)}… (${text.length} characters in all)`;
}
