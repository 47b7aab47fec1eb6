// The filters of runs that are query parameters of REST lists.

import type { FilterRow, FilterType } from '../task-runs/scope/filter-row.js';
import type { RunFilterInput } from '../task-runs/scope/run-filter.js';
import { runFilters } from '../task-runs/scope/run-filters.js';
import type { JsonSchema } from './openapi/operation.js';
import { idSchema } from './openapi/schemas.js';

const schemaOfType: { readonly [Type in FilterType]?: JsonSchema } = {
  ID: idSchema,
  String: { type: 'string' },
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  Boolean: { type: 'boolean' },
  TaskRunStatus: { type: 'string', enum: ['SUCCESS', 'FAIL'] },
};

const parameters = Object.entries(runFilters).flatMap(([filter, row]: [string, FilterRow<unknown>]) => {
  const { restParameter: name, type, description } = row;
  if (name === undefined) return [];
  const schema = schemaOfType[type];
  if (!schema) throw new Error(`The filter ${filter} has no form of a query parameter.`);
  return [{ filter, name, schema: { ...schema, description } }];
});

export const filterParameters = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));

/** Values that fit `filterParameters`. */
export type FilterQuery = Readonly<Record<string, unknown>>;

export function toRunFilter(query: FilterQuery): RunFilterInput {
  const given = parameters.filter(({ name }) => query[name] !== undefined);
  return Object.fromEntries(given.map(({ filter, name }) => [filter, query[name]]));
}

export function parameterOf(filter: unknown): string | undefined {
  return parameters.find((parameter) => parameter.filter === filter)?.name;
}
