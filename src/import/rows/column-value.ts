// Converts a field's value to the JSON text from which PostgreSQL reads a column. Numbers remain text, because
// JavaScript would round them.

import { isResourceId } from '../../access/resource-id.js';
import type { EntityColumn } from '../../database/entity-columns.js';
import { formatMoment } from '../../dates/moment.js';
import { parseAbsolute } from '../../dates/parse-absolute.js';
import { orNot } from '../../errors/validation.js';
import { isJsonObject } from '../../json/is-json-object.js';
import type { Conversion } from './field-map.js';
import { hashedId } from './hashed-id.js';
import { type FieldValue, RowFault } from './source-row.js';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
export const maxInteger = 2_147_483_647;
const maxQuotedLength = 40;

/** Returns the column's value as JSON text, or `null` if the field has no value. @throws RowFault */
export function toColumnJson(column: EntityColumn, value: FieldValue, conversion: Conversion | null): string | null {
  const { databaseName: name, type } = column;
  if (type === 'jsonb') return toJson(name, value);
  const text = scalarText(name, value);
  // Some programs quote every cell, even empty ones.
  if (text === '' && !isText(type)) return null;
  const parse = (input: string) =>
    conversion === null ? parsers[type]!(input, column) : convert(input, type, conversion);
  const converted = parse(text);
  if (converted !== null) return converted;
  const { message } = mustBe(name, descriptionOf(column, conversion), text);
  const corrected = withDecimalPoint(text);
  if (corrected === null || parse(corrected) === null) throw new RowFault(message);
  throw new RowFault(`${message} It has a decimal comma. Use ${corrected} instead.`);
}

/** Replaces the decimal comma of a number such as 1.234,56 with a decimal point. Returns `null` for any other text. */
function withDecimalPoint(text: string): string | null {
  if (!/^[+-]?\d+(?:\.\d{3})*,\d+$/.test(text)) return null;
  return text.replaceAll('.', '').replace(',', '.');
}

/** Returns the text of a scalar value. @throws RowFault for a list or object */
export function scalarText(name: string, value: FieldValue): string {
  if ('text' in value) return value.text;
  const { json } = value;
  if (json.startsWith('"')) return JSON.parse(json);
  if (json.startsWith('{') || json.startsWith('[')) throw mustBe(name, 'a single value, not a list or an object');
  return json;
}

/** Returns the value as JSON that PostgreSQL accepts. @throws RowFault */
export function toJson(name: string, value: FieldValue): string {
  const text = 'json' in value ? value.json : value.text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw mustBe(name, 'JSON, with strings in double quotes', text);
  }
  if (name === 'run_data' && !isJsonObject(parsed)) throw mustBe(name, 'a JSON object', text);
  if (text.includes('\\u') && hasUnstorableCharacter(JSON.stringify(parsed)))
    throw mustBe(name, 'JSON without NUL or unpaired surrogates');
  return text;
}

/** Returns whether normalized JSON contains NUL or a lone surrogate. */
function hasUnstorableCharacter(json: string): boolean {
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(json);
}

export function mustBe(name: string, what: string, text?: string): RowFault {
  const value =
    text === undefined ? '' : orNot(text.length > maxQuotedLength ? `${text.slice(0, maxQuotedLength - 1)}…` : text);
  return new RowFault(`\`${name}\` must be ${what}${value}.`);
}

/** Parsers by type. Each returns JSON, or `null` for an invalid string. */
const parsers: Readonly<Record<string, (text: string, column: EntityColumn) => string | null>> = {
  uuid: (text) => (isResourceId(text) ? `"${text.toLowerCase()}"` : null),
  timestamptz: toTimestamp,
  integer: (text) => (isCount(text, maxInteger) ? String(Number(text)) : null),
  bigint: (text) => (isCount(text, Number.MAX_SAFE_INTEGER) ? String(Number(text)) : null),
  'double precision': (text) => (isNumber(text) ? String(Number(text)) : null),
  numeric: (text) => (decimal.test(text) ? JSON.stringify(text) : null),
  boolean: (text) => (/^(?:true|false)$/i.test(text) ? text.toLowerCase() : null),
  text: toText,
  varchar: toText,
};

function toTimestamp(text: string): string | null {
  try {
    return JSON.stringify(formatMoment(parseAbsolute(text.trim())));
  } catch {
    return null;
  }
}

function toText(text: string, { length = Number.POSITIVE_INFINITY }: EntityColumn): string | null {
  // Counts characters as PostgreSQL does.
  const isTooLong = text.length > length && [...text].length > length;
  return isTooLong || text.includes('\0') || /\p{Cs}/u.test(text) ? null : JSON.stringify(text);
}

function isText(type: string): boolean {
  return parsers[type] === toText;
}

function isNumber(text: string): boolean {
  return decimal.test(text) && Number.isFinite(Number(text));
}

function isCount(text: string, max: number): boolean {
  const number = Number(text);
  // In many countries, a point before three digits separates thousands.
  const isAmbiguous = /\.\d{3}$/.test(text);
  return decimal.test(text) && !isAmbiguous && Number.isInteger(number) && number >= 0 && number <= max;
}

function convert(text: string, type: string, conversion: Conversion): string | null {
  if (conversion === 'uuid') return `"${hashedId(text)}"`;
  if (!isNumber(text)) return null;
  const number = Number(text);
  const perSecond = conversion === 'seconds' ? 1 : 1000;
  if (type !== 'timestamptz') return String(number / perSecond);
  const microseconds = Math.round(number * (1_000_000 / perSecond));
  const seconds = Math.floor(microseconds / 1_000_000);
  try {
    return JSON.stringify(formatMoment({ seconds, microseconds: microseconds - seconds * 1_000_000 }));
  } catch {
    return null;
  }
}

const descriptions: Readonly<Record<string, string>> = {
  uuid: '8-4-4-4-12 hexadecimal digits',
  timestamptz: 'a date and time in the years 1 to 9999, such as 2024-01-16T13:33:25.247662Z',
  integer: `an integer from 0 to ${maxInteger}`,
  bigint: `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`,
  'double precision': 'a finite number of seconds, such as 1.346',
  numeric: 'a decimal number, such as 1.50',
  boolean: 'true or false',
  text: 'a string without NUL or unpaired surrogates',
};

function descriptionOf({ type, length }: EntityColumn, conversion: Conversion | null): string {
  if (conversion !== null) return `a number of ${conversion}`;
  return descriptions[type] ?? `a string of at most ${length} characters without NUL or unpaired surrogates`;
}
