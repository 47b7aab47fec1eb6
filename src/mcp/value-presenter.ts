// Presents the values in a tool's result by their beginning, or in pieces. Payloads may have megabytes, and a model
// reads all that a tool returns.

import { orNot, validationFailed } from '../errors/validation.js';
import { RawJson } from '../json/raw-json.js';
import { limits } from '../limits.js';

// limit | Lists and statistics | characters of a value in the result of an agents' tool | | only its beginning is returned
/** Characters of a text, or of a value's JSON text. */
const previewLength = 1000;

/** Presents the values of a response. */
export interface ValuePresenter {
  text(value: string): unknown;
  json(value: RawJson): unknown;
}

/** Truncates long texts, and JSON values whose texts are long. */
export const preview: ValuePresenter = {
  text: truncate,
  json: (value) => (value.text.length > previewLength ? truncate(value.text) : value),
};

/** A part of the JSON text of a value. */
export interface PieceRequest {
  readonly offset: number;
  readonly length: number;
}

export const defaultPieceLength = 10_000;
export const maxPieceLength = limits.toolPieceLength.value;

/** The schema of a piece, which replaces that of the JSON value. */
export const pieceSchema = {
  type: ['object', 'null'],
  description: 'A piece of the JSON text of the value. Null if the path leads to no value.',
  properties: {
    text: { type: 'string', description: 'The piece. Joined in order, the pieces are the JSON text of the value.' },
    length: { type: 'integer', description: 'The characters of the whole JSON text.' },
    nextOffset: {
      type: ['integer', 'null'],
      description: 'The offset of the next piece; null if this is the last one.',
    },
  },
  required: ['text', 'length', 'nextOffset'],
  additionalProperties: false,
};

/** @throws GatewayError VALIDATION_FAILED naming the argument */
export function parsePiece({
  offset = 0,
  length = defaultPieceLength,
}: Readonly<Record<string, unknown>>): PieceRequest {
  if (!Number.isSafeInteger(offset) || (offset as number) < 0)
    throw validationFailed(['offset'], `must be an integer from 0 on${orNot(offset)}`);
  if (!Number.isInteger(length) || (length as number) < 1 || (length as number) > maxPieceLength)
    throw validationFailed(['length'], `must be between 1 and ${maxPieceLength}${orNot(length)}`);
  return { offset: offset as number, length: length as number };
}

/** Returns a presenter of pieces, described by {@link pieceSchema}. */
export function pieceAt({ offset, length }: PieceRequest): ValuePresenter {
  return {
    text: truncate,
    json({ text }) {
      const end = endOfPiece(text, offset + length);
      return { text: text.slice(offset, end), length: text.length, nextOffset: end < text.length ? end : null };
    },
  };
}

/** Returns the end of a piece, one further if it would split a surrogate pair. */
function endOfPiece(text: string, end: number): number {
  const isSplit = end < text.length && /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  return isSplit ? end + 1 : end;
}

/** Returns the value with its texts and JSON presented. */
export function presentValues(value: unknown, presenter: ValuePresenter): unknown {
  if (typeof value === 'string') return presenter.text(value);
  if (value instanceof RawJson) return presenter.json(value);
  if (Array.isArray(value)) return value.map((each) => presentValues(each, presenter));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, presentValues(each, presenter)]));
}

function truncate(text: string): string {
  if (text.length <= previewLength) return text;
  return `${text.slice(0, previewLength)}… (${text.length} characters in all)`;
}
