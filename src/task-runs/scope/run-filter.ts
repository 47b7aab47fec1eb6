// A filter of runs as a client writes it, checked, and as SQL: a fixed fragment for each condition, its values as
// parameters. The text depends on which conditions are present, never on their values.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { parseDateTime } from '../../dates/parse-date-time.js';
import type { FilterRow } from './filter-row.js';
import { runFilters } from './run-filters.js';

type InputOf<Row> = Row extends FilterRow<infer Input> ? Input : never;

/** Null is the same as omitted, unless its row has `ifNull`. */
export type RunFilterInput = {
  readonly [Name in keyof typeof runFilters]?: InputOf<(typeof runFilters)[Name]> | null;
};

/** The checked conditions by their keys, relative dates as the moments that they were; in the order of the table, so that equal filters are serialized alike. */
export type RunFilter = Readonly<Record<string, unknown>>;

export const noFilter: RunFilter = {};

const rows = Object.entries(runFilters).map(([name, row]) => {
  const { type, conditions, ifNull }: FilterRow<unknown> = row;
  return { name, type, ifNull, conditions: conditions.map((condition) => ({ key: name, ...condition })) };
});
const conditionsByKey = new Map(
  rows.flatMap(({ ifNull, conditions }) => conditions.map((condition) => [condition.key, { ...condition, ifNull }])),
);

const dateNames = rows.flatMap(({ name, type }) => (type === 'DateTime' ? [name as keyof RunFilterInput] : []));

/**
 * A filter without conditions is {@link noFilter} itself.
 * @param now milliseconds since 1970, to which relative dates are relative
 * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER or VALIDATION_FAILED, naming the member of `filter`.
 */
export function parseRunFilter(input: RunFilterInput | null | undefined, now: number): RunFilter {
  if (!input) return noFilter;
  const filter: Record<string, unknown> = {};
  let isEmpty = true;
  for (const { name, ifNull, conditions } of rows) {
    const value = input[name as keyof RunFilterInput];
    if (value === undefined || (value === null && ifNull === undefined)) continue;
    for (const condition of conditions) {
      const parsed = value !== null && condition.parse ? condition.parse(value, name, filter, now) : value;
      if (parsed === undefined) continue;
      filter[condition.key] = parsed;
      isEmpty = false;
    }
  }
  return isEmpty ? noFilter : filter;
}

/** The same with relative dates as they were written: what it is at any time. The filter itself where it has none. */
export function filterAsWritten(filter: RunFilter, input: RunFilterInput | null | undefined): RunFilter {
  const relative = dateNames.flatMap((name) => {
    const text = input?.[name];
    return typeof text === 'string' && parseDateTime(text).isRelative ? [[name, text]] : [];
  });
  return relative.length === 0 ? filter : { ...filter, ...Object.fromEntries(relative) };
}

/** The filter as conditions on the row `run`, each beginning with AND; empty for a filter without conditions. */
export function runConditions(filter: RunFilter, projectId: string, add: SqlParameters['add']): string {
  let text = '';
  for (const [key, value] of Object.entries(filter)) {
    const { ifNull, sql } = conditionsByKey.get(key)!;
    text += ` AND ${value === null ? ifNull : sql(value, add, projectId)}`;
  }
  return text;
}
