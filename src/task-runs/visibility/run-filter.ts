// Validates a client's run filter and converts it to SQL: a fixed fragment per condition, with its values as
// parameters. The text depends on which conditions are present, never on their values.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { parseDateTime } from '../../dates/parse-date-time.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import type { ModelPointer } from '../columns/json-pointer.js';
import { isPayload, type ScopeKind } from '../columns/payload.js';
import type { FilterPath, FilterRow, ScopeProjects } from './filter-row.js';
import { runFilters } from './run-filters.js';

type InputOf<Row> = Row extends FilterRow<infer Input> ? Input : never;

/** A null is treated as an omitted value, unless the filter's row has `nullSql`. */
export type RunFilterInput = {
  readonly [Name in keyof typeof runFilters]?: InputOf<(typeof runFilters)[Name]> | null;
} & {
  readonly AND?: readonly RunFilterInput[] | null;
  readonly OR?: readonly RunFilterInput[] | null;
  readonly NOT?: RunFilterInput | null;
};

/**
 * Validated conditions by key, with relative dates resolved, in table order so that equal filters are serialized
 * identically. `AND` and `OR`, which contain lists of such filters, and `NOT`, which contains one, come last.
 */
export type RunFilter = Readonly<Record<string, unknown>>;

export const noFilter: RunFilter = {};

/** The ways to combine filters, with their descriptions. */
export const combinations = {
  AND: 'Filters that must all match, in addition to the other conditions.',
  OR: 'Filters of which at least one must match.',
  NOT: 'A filter that must not match.',
} as const;

const rows = Object.entries(runFilters).map(([name, row]) => {
  const { type, list, conditions, nullSql }: FilterRow<unknown> = row;
  return { name, type, list, nullSql, conditions: conditions.map((condition) => ({ key: name, ...condition })) };
});
export const conditionsByKey = new Map(
  rows.flatMap(({ name, nullSql, conditions }) =>
    conditions.map((condition) => [condition.key, { ...condition, name, nullSql }]),
  ),
);

const nameByKey = new Map(rows.flatMap(({ name, conditions }) => conditions.map(({ key }) => [key, name] as const)));

const dateNames = rows.flatMap(({ name, type }) => (type === 'DateTime' ? [name as keyof RunFilterInput] : []));

const maxNested = limits.nestedFilters.value;

/** State shared by all nested filters. */
interface ParseState {
  /** Reference time of relative dates, in milliseconds since 1970. Null leaves them relative. */
  readonly now: number | null;
  readonly modelPointer: ModelPointer | null;
  conditions: number;
  filters: number;
}

/**
 * Parses a filter. Returns {@link noFilter} itself for one without conditions.
 * @param now milliseconds since 1970, to which relative dates refer
 * @param modelPointer location of the model in a run's JSON; null if not configured
 * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER or VALIDATION_FAILED, naming the member of `filter`.
 */
export function parseRunFilter(
  input: RunFilterInput | null | undefined,
  now: number,
  modelPointer: ModelPointer | null = null,
): RunFilter {
  return input ? parse(input, ['filter'], 0, { now, modelPointer, conditions: 0, filters: 0 }) : noFilter;
}

/** Returns the filter with relative dates as they were sent, which makes it independent of the current time. */
export function filterAsWritten(
  filter: RunFilter,
  input: RunFilterInput | null | undefined,
  modelPointer: ModelPointer | null = null,
): RunFilter {
  return input && hasRelativeDate(input)
    ? parse(input, ['filter'], 0, { now: null, modelPointer, conditions: 0, filters: 0 })
    : filter;
}

function hasRelativeDate(input: RunFilterInput): boolean {
  const isRelative = (text: unknown) => typeof text === 'string' && parseDateTime(text).isRelative;
  return dateNames.some((name) => isRelative(input[name])) || nestedFilters(input).some(hasRelativeDate);
}

function nestedFilters({ AND, OR, NOT }: RunFilterInput): readonly RunFilterInput[] {
  return [...(AND ?? []), ...(OR ?? []), ...(NOT ? [NOT] : [])];
}

function parse(input: RunFilterInput, path: FilterPath, depth: number, state: ParseState): RunFilter {
  const max = limits.filterDepth.value;
  if (depth > max) throw validationFailed(path, `must not be nested deeper than ${max} levels`);
  const filter: Record<string, unknown> = {};
  for (const { name, nullSql, conditions } of rows) {
    const value = input[name as keyof RunFilterInput];
    if (value === undefined || (value === null && nullSql === undefined)) continue;
    for (const condition of conditions) {
      const parsed =
        value !== null && condition.parse
          ? condition.parse(value, [...path, name], filter, state.now, state.modelPointer)
          : value;
      if (parsed === undefined) continue;
      filter[condition.key] = parsed;
      state.conditions += parsed === null ? 1 : (condition.count?.(parsed) ?? 1);
    }
  }
  const { value: maxConditions } = limits.filterConditions;
  if (state.conditions > maxConditions) {
    throw validationFailed(path.slice(0, 1), `must have at most ${maxConditions} conditions`);
  }
  const { AND, OR, NOT } = input;
  const nested = (operand: RunFilterInput, ...at: FilterPath) => {
    state.filters += 1;
    if (state.filters > maxNested) {
      throw validationFailed(path.slice(0, 1), `must contain at most ${maxNested} filters`);
    }
    return parse(operand, [...path, ...at], depth + 1, state);
  };
  if (AND) {
    const all = parseList(AND, [...path, 'AND'], nested).filter((operand) => operand !== noFilter);
    if (all.length > 0) filter.AND = canonicalize(all);
  }
  if (OR) {
    const any = parseList(OR, [...path, 'OR'], nested);
    for (const [index, operand] of any.entries()) assertCondition(operand, [...path, 'OR', index]);
    filter.OR = canonicalize(any);
  }
  if (NOT) {
    filter.NOT = nested(NOT, 'NOT');
    assertCondition(filter.NOT as RunFilter, [...path, 'NOT']);
  }
  return Object.keys(filter).length === 0 ? noFilter : filter;
}

function parseList(
  inputs: readonly RunFilterInput[],
  path: FilterPath,
  nested: (input: RunFilterInput, ...at: FilterPath) => RunFilter,
): RunFilter[] {
  if (inputs.length === 0) throw validationFailed(path, 'must contain at least one filter');
  return inputs.map((input, index) => nested(input, path.at(-1)!, index));
}

/** Rejects an empty nested filter, which would match every run and most likely results from an omitted variable. */
function assertCondition(filter: RunFilter, path: FilterPath): void {
  if (filter === noFilter) throw validationFailed(path, 'must have a condition');
}

function canonicalize(filters: readonly RunFilter[]): RunFilter[] {
  const byText = new Map(filters.map((filter) => [JSON.stringify(filter), filter]));
  return [...byText.keys()].sort().map((text) => byText.get(text)!);
}

/**
 * Returns which runs a field reads. If its filter or another argument is about payload, it reads only runs with visible
 * payload.
 * @param others the kind of scope that the other arguments require
 */
export function scopeKindOf(filter: RunFilter, others: ScopeKind = 'usage'): ScopeKind {
  return others === 'payload' || isAboutPayload(filter) ? 'payload' : 'usage';
}

function isAboutPayload(filter: RunFilter): boolean {
  return Object.entries(filter).some(([key, value]) => {
    if (key === 'AND' || key === 'OR') return (value as readonly RunFilter[]).some(isAboutPayload);
    if (key === 'NOT') return isAboutPayload(value as RunFilter);
    return isPayload('filters', conditionsByKey.get(key)!.name);
  });
}

/** Returns SQL for conditions on the row `run`, each beginning with AND. Empty for a filter without conditions. */
export function runConditions(filter: RunFilter, projects: ScopeProjects, add: SqlParameters['add']): string {
  return conditionsOf(filter, projects, add)
    .map((condition) => ` AND ${condition}`)
    .join('');
}

function conditionsOf(filter: RunFilter, projects: ScopeProjects, add: SqlParameters['add']): string[] {
  const nestedConditions = (operand: RunFilter) => conditionsOf(operand, projects, add);
  return Object.entries(filter).flatMap(([key, value]) => {
    switch (key) {
      case 'AND':
        return (value as readonly RunFilter[]).flatMap(nestedConditions);
      case 'OR':
        return `(${(value as readonly RunFilter[]).map((operand) => `(${nestedConditions(operand).join(' AND ')})`).join(' OR ')})`;
      case 'NOT':
        // A condition on null is neither true nor false. It does not match, so its negation does.
        return `(${nestedConditions(value as RunFilter).join(' AND ')}) IS NOT TRUE`;
      default: {
        const { nullSql, sql } = conditionsByKey.get(key)!;
        return value === null ? nullSql! : sql(value, add, projects);
      }
    }
  });
}

/** Returns the names of the filters that have a condition at any depth, sorted and without duplicates. */
export function filterNames(filter: RunFilter): string[] {
  const names = Object.entries(filter).flatMap(([key, value]) => {
    if (key === 'NOT') return filterNames(value as RunFilter);
    if (key === 'AND' || key === 'OR') return (value as readonly RunFilter[]).flatMap(filterNames);
    return nameByKey.get(key)!;
  });
  return [...new Set(names)].sort();
}
