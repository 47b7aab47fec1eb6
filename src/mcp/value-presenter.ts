// Shortens values in a tool's result to their beginning, or returns them in pieces. Payloads may be megabytes long, and
// a model reads everything that a tool returns.

import { orNot, validationFailed } from '../errors/validation.js';
import { RawJson } from '../json/raw-json.js';
import { declareLimit, limits } from '../limits.js';

export const previewLength = declareLimit(1000, {
  section: 'Lists and statistics',
  name: 'characters of a value in the result of a tool for agents',
  beyond: 'only the beginning is returned',
});

/** Prepares the values of a response for output. */
export interface ValuePresenter {
  /** @param name the result's member that contains the text */
  text(value: string, name: string): unknown;
  json(value: RawJson): unknown;
}

/** Members whose values filters accept unchanged. They have at most 1,000 characters. */
const filterValues: ReadonlySet<string> = new Set(['value', 'failure', 'failureIn']);

/** Truncates long strings, and JSON values that contain long strings. */
export function previewOf(length: number): ValuePresenter {
  return {
    text: (value, name) => (filterValues.has(name) ? value : truncate(value, length)),
    json: (value) => (value.text.length > length ? truncate(value.text, length) : value),
  };
}

/** A range of a value's JSON text. */
export interface PieceRequest {
  readonly offset: number;
  readonly length: number;
}

export const defaultPieceLength = 10_000;
export const maxPieceLength = limits.toolPieceLength.value;

/** The schema of a piece, which replaces that of the JSON value. */
export const pieceSchema = {
  type: ['object', 'null'],
  description: 'null if there is no value at this path',
  properties: {
    text: { type: 'string' },
    length: { type: 'integer' },
    nextOffset: { type: ['integer', 'null'] },
  },
};

/** @throws GatewayError VALIDATION_FAILED that names the argument */
export function parsePiece({
  offset = 0,
  length = defaultPieceLength,
}: Readonly<Record<string, unknown>>): PieceRequest {
  if (!Number.isSafeInteger(offset) || (offset as number) < 0)
    throw validationFailed(['offset'], `must be a non-negative integer${orNot(offset)}`);
  if (!Number.isInteger(length) || (length as number) < 1 || (length as number) > maxPieceLength)
    throw validationFailed(['length'], `must be between 1 and ${maxPieceLength}${orNot(length)}`);
  return { offset: offset as number, length: length as number };
}

/** Returns a presenter for pieces, which {@link pieceSchema} describes. */
export function pieceAt(range: PieceRequest): ValuePresenter {
  return { text: (value) => truncate(value, previewLength), json: ({ text }) => pieceOf(text, range) };
}

export function pieceOf(text: string, { offset, length }: PieceRequest) {
  const end = endOfPiece(text, offset + length);
  return { text: text.slice(offset, end), length: text.length, nextOffset: end < text.length ? end : null };
}

/** Returns the end of a piece, moved by one if it would split a surrogate pair. */
function endOfPiece(text: string, end: number): number {
  const isSplit = end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  return isSplit ? end + 1 : end;
}

/** Returns the value with its strings and JSON prepared for output. */
export function presentValues(value: unknown, presenter: ValuePresenter, name = ''): unknown {
  if (typeof value === 'string') return presenter.text(value, name);
  if (value instanceof RawJson) return presenter.json(value);
  if (Array.isArray(value)) return value.map((item) => presentValues(item, presenter, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, presentValues(member, presenter, key)]));
}

function truncate(text: string, length: number): string {
  if (text.length <= length || isToken(text)) return text;
  const beginning = text.slice(0, endOfPiece(text, length));
  // The text of a preview is truncated already, so its length is not that of the value.
  return isCut(text) ? `${beginning}…` : `${beginning}… (${text.length} characters in total)`;
}

/** Returns whether a string is only useful as a whole, such as a cursor or a URL. */
function isToken(text: string): boolean {
  return text.length <= previewLength && !isCut(text) && !/\s/.test(text);
}

/** Returns whether a string is the preview of a longer one. */
export function isCut(text: string): boolean {
  return text.endsWith('…');
}
