// The filters of runs as query parameters, for all routes that list runs. Each filter whose value is a string or a list
// of strings has its own parameter, and `filter` accepts any filter as JSON.

import { resourceIdPattern } from '../../access/resource-id.js';
import { toRestName } from '../../rest-name.js';
import type { FilterRow, FilterType } from '../../task-runs/visibility/filter-row.js';
import type { RunFilterInput } from '../../task-runs/visibility/run-filter.js';
import { runFilters } from '../../task-runs/visibility/run-filters.js';
import type { JsonSchema, Operation } from '../openapi/operation.js';
import { hasCommas } from '../openapi/query-parameters.js';
import { idSchema } from '../openapi/schemas.js';
import { rethrowWithNames } from '../rest-names.js';
import { readJsonFilter } from './json-filter.js';

const schemaOfType: { readonly [Type in FilterType]?: JsonSchema } = {
  ID: idSchema,
  String: { type: 'string' },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  // A date-time in any form, or a relative date. The filter checks it.
  DateTime: { type: 'string' },
  Decimal: { type: 'string' },
  TaskRunStatus: { type: 'string', enum: ['ALL', 'SUCCESS', 'FAIL'], default: 'ALL' },
};
/** The word `null` stands for null. */
const idOrNull = { type: 'string', pattern: `${resourceIdPattern}|^null$` };

interface FilterParameter {
  readonly filter: string;
  readonly name: string;
  readonly schema: JsonSchema;
  readonly acceptsNull: boolean;
}

const parameters = Object.entries(runFilters).flatMap(
  ([filter, row]: [string, FilterRow<never>]): FilterParameter[] => {
    const { type, list, nullSql, description } = row;
    const acceptsNull = nullSql !== undefined || list === 'values and null';
    const valueSchema: JsonSchema | undefined = acceptsNull ? idOrNull : schemaOfType[type];
    if (!valueSchema) return [];
    const { default: _default, ...item } = valueSchema;
    const schema =
      list === undefined ? valueSchema : { type: 'array', items: item, ...(row.hasCommas && { [hasCommas]: true }) };
    return [{ filter, name: toRestName(filter), schema: { ...schema, description }, acceptsNull }];
  },
);

/**
 * The parameters by name. A list is separated by commas, or the parameter is repeated. With {@link hasCommas}, it can
 * only be repeated.
 */
export const filterParameters: Readonly<Record<string, JsonSchema>> = {
  ...Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
  filter: {
    type: 'string',
    description:
      'A filter as a JSON object. Its members have the names of these parameters. `reference` and `context_id` take `{"eq", "in", "starts_with"}`; `response`, `submitted` and `run_data` take lists of `{"path", "eq", "in", "exists", "contains", "gt", "gte", "lt", "lte"}`; `AND` and `OR` take lists of filters, `NOT` takes a filter. Runs must match this filter and the other parameters.',
  },
};

/** The filters that require a configured path to the model. */
const modelFilters = ['model', 'modelIn'] as const;
const modelParameterNames: readonly string[] = modelFilters.map(toRestName);

/** The parameters for models, which reports have as well. */
export const modelParameters: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  modelParameterNames.map((name) => [name, filterParameters[name]!]),
);

/** Returns the operation for a gateway without a configured path to the model. */
export function withoutModelParameters(operation: Operation): Operation {
  const { path, query } = operation.parameters;
  const others = Object.entries(query).filter(([name]) => !modelParameterNames.includes(name));
  return { ...operation, parameters: { path, query: Object.fromEntries(others) } };
}

/** Reads only the parameters for models. */
export function readModelParameters(query: Readonly<Record<string, unknown>>): RunFilterInput {
  const given = modelFilters.filter((filter) => query[toRestName(filter)] !== undefined);
  return Object.fromEntries(given.map((filter) => [filter, query[toRestName(filter)]]));
}

/** @throws GatewayError VALIDATION_FAILED for an invalid `filter` */
export function readFilterParameters(query: Readonly<Record<string, unknown>>): RunFilterInput {
  const given = parameters.filter(({ name }) => query[name] !== undefined);
  const filter = given.map(({ filter, name, acceptsNull }) => [
    filter,
    acceptsNull ? readNull(query[name]) : query[name],
  ]);
  const all = query.filter === undefined ? {} : { AND: [readJsonFilter(query.filter as string)] };
  return { ...Object.fromEntries(filter), ...all };
}

function readNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readNull);
  return value === 'null' ? null : value;
}

/** The header with which a browser resumes a stream. The stream's URL still contains the first cursor. */
export const lastEventIdHeader = 'last-event-id';

/**
 * Renames cursors and filters in errors that a route's schema cannot detect.
 * @param after the parameter for the cursor
 */
export function rethrowInRestNames(after: 'after' | 'cursor' | typeof lastEventIdHeader) {
  return rethrowWithNames(([argument, ...path]) => {
    if (argument === 'after') return [after];
    if (argument !== 'filter') return undefined;
    const names = path.map((name) => (typeof name === 'string' ? toRestName(name) : name));
    // `filter` is always the only element of AND.
    return path[0] === 'AND' ? ['filter', ...names.slice(2)] : names;
  }, lastEventIdHeader);
}
