// The `filter` parameter: a complete filter as JSON, with the names of the REST API. The types of values are checked
// here, as GraphQL checks its own. The filters check the values.

import { predicateOf, validationFailed } from '../../errors/validation.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { assertLevels } from '../../json/levels.js';
import { limits } from '../../limits.js';
import { toRestName } from '../../rest-name.js';
import { toPlainDecimal } from '../../task-runs/columns/decimal.js';
import type { FilterPath, FilterRow, FilterType } from '../../task-runs/visibility/filter-row.js';
import { combinations, type RunFilterInput } from '../../task-runs/visibility/run-filter.js';
import { runFilters } from '../../task-runs/visibility/run-filters.js';

type Read = (value: unknown, path: FilterPath) => unknown;

const loc = ['query', 'filter'];

/** @throws GatewayError VALIDATION_FAILED that names the member */
export function readJsonFilter(text: string): RunFilterInput {
  let filter: unknown;
  try {
    filter = JSON.parse(text);
  } catch {
    throw validationFailed(loc, 'must be JSON', 'json_invalid');
  }
  assertLevels(filter, loc);
  return readFilter(filter, loc) as RunFilterInput;
}

const requireForm =
  (form: string, isValid: (value: unknown) => boolean): Read =>
  (value, path) => {
    if (!isValid(value)) throw validationFailed(path, `must be ${form}`);
    return value;
  };

const text = requireForm('a string', (value) => typeof value === 'string');
const boolean = requireForm('true or false', (value) => typeof value === 'boolean');
const decimal: Read = (value, path) => (typeof value === 'number' ? decimalText(value, path) : text(value, path));
/** Returns the JSON text of a primitive value. */
const primitive: Read = (value, path) => {
  if (typeof value === 'number') return decimalText(value, path);
  return JSON.stringify(
    requireForm('a string, a number, true or false', (candidate) => typeof candidate !== 'object')(value, path),
  );
};
const readers: Readonly<Record<FilterType, Read>> = {
  ID: text,
  UUID: text,
  String: text,
  DateTime: text,
  JSON: (value) => value,
  Int: requireForm('a 32-bit integer', (value) => value === (Number(value) | 0)),
  Float: requireForm('a number', (value) => typeof value === 'number'),
  Boolean: boolean,
  Decimal: decimal,
  TaskRunStatus: requireForm('ALL, SUCCESS or FAIL', (value) => ['ALL', 'SUCCESS', 'FAIL'].includes(value as string)),
  TextFilter: objectOf({ eq: text, in: listOf(text), startsWith: text }),
  JSONCondition: objectOf({
    path: text,
    eq: primitive,
    in: listOf(nullable(primitive)),
    contains: primitive,
    exists: boolean,
    gt: decimal,
    gte: decimal,
    lt: decimal,
    lte: decimal,
  }),
};

const maxDepth = limits.filterDepth.value;
const readFilter: Read = (value, path) => {
  if (path.filter((name) => name in combinations).length > maxDepth) {
    throw validationFailed(loc, `must not be nested deeper than ${maxDepth} levels`);
  }
  return readMembers(value, path);
};
const readMembers = objectOf({
  ...Object.fromEntries(Object.entries(runFilters).map(([name, row]) => [name, readerOf(row as FilterRow<unknown>)])),
  ...Object.fromEntries(
    Object.keys(combinations).map((name) => [name, name === 'NOT' ? readFilter : listOf(readFilter)]),
  ),
});

function readerOf({ type, list }: FilterRow<unknown>): Read {
  const read = readers[type];
  if (list === undefined) return read;
  return listOf(list === 'values' ? read : nullable(read));
}

function nullable(read: Read): Read {
  return (value, path) => (value === null ? null : read(value, path));
}

function decimalText(number: number, path: FilterPath): string {
  try {
    return toPlainDecimal(String(number));
  } catch (error) {
    throw validationFailed(path, predicateOf(error as Error));
  }
}

function listOf(read: Read): Read {
  return (value, path) => {
    if (!Array.isArray(value)) throw validationFailed(path, 'must be a list');
    return value.map((item, index) => read(item, [...path, index]));
  };
}

/** Reads an object. Keeps null, which has a meaning in the filter. */
function objectOf(members: Readonly<Record<string, Read>>): Read {
  const byRestName = new Map(Object.entries(members).map(([name, read]) => [toRestName(name), { name, read }]));
  return (value, path) => {
    if (!isJsonObject(value)) throw validationFailed(path, 'must be an object');
    return Object.fromEntries(
      Object.entries(value).map(([key, memberValue]) => {
        const member = byRestName.get(key);
        const at = [...path, key];
        if (!member) {
          const known = [...byRestName.keys()].join(', ');
          throw validationFailed(at, `is not a member. The members are ${known}`, 'extra_forbidden');
        }
        return [member.name, nullable(member.read)(memberValue, at)];
      }),
    );
  };
}
