// Kinds of rows in the filter table. A column filter derives its validation from the column.

import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { InvalidDateTime } from '../../dates/moment.js';
import { parseDateTime } from '../../dates/parse-date-time.js';
import { predicateOf, validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { decimal } from '../columns/decimal.js';
import type { ModelPointer } from '../columns/json-pointer.js';
import { isInListIndex, type RunColumn, type RunProperty, runColumn, type ScalarName } from '../columns/run-columns.js';
import { parseResourceId } from '../columns/run-path.js';

/** GraphQL type of a filter's value. */
export type FilterType = ScalarName | 'TaskRunStatus' | 'TextFilter' | 'JSONCondition';

export interface FilterRow<Input> {
  readonly type: FilterType;
  /** The kind of list in which any value may match, with or without null. Omitted for a single value. */
  readonly list?: 'values' | 'values and null';
  /** Whether values may contain commas, so that the REST parameter is repeated for several values. */
  readonly hasCommas?: true;
  readonly description: string;
  /** Maximum number of characters in a string. Defaults to the limit of the column or its type. */
  readonly maxLength?: number;
  readonly conditions: readonly FilterCondition<Input>[];
  /** SQL for null. If omitted, null is treated as an absent value. */
  readonly nullSql?: string;
}

/** Path of a value in a filter: `filter`, followed by nested names and positions. */
export type FilterPath = readonly (string | number)[];

/**
 * The source that decides a condition. `own index`: an index led by the column, unless the condition is optional; `any
 * index`: such an index or the entries of task_run_list_idx; `table`: the runs themselves.
 */
export type EvaluatedIn = 'own index' | 'any index' | 'table';

/** Index terms. A matching run must have at least one of the values. */
export interface IndexTerms {
  readonly column: 'response' | 'run_data';
  /** JSON documents, each with one value at its path in the column. */
  readonly documents: readonly string[];
}

/** The project whose runs are filtered or, in an organization, the projects of its visible tasks, by task id. */
export type ScopeProjects = string | ReadonlyMap<string, string>;

/** A condition on a statement's row `run`. */
export interface FilterCondition<Input, Value = unknown> {
  /** Key in the parsed filter and hence in cursor digests. Defaults to the filter's name. */
  readonly key?: string;
  /**
   * Validates the value, and returns undefined if there is no condition. If omitted, every value that GraphQL and REST
   * accept is valid.
   * @param parsed the conditions of earlier rows
   * @param now milliseconds since 1970, for relative dates; null leaves valid ones relative
   * @param modelPointer location of the model in a run's JSON; null if not configured
   */
  parse?(
    input: Input,
    path: FilterPath,
    parsed: Readonly<Record<string, unknown>>,
    now: number | null,
    modelPointer: ModelPointer | null,
  ): Value | undefined;
  sql(value: Value, add: SqlParameters['add'], projects: ScopeProjects): string;
  /**
   * Returns the source that decides the condition. If omitted or undefined, the entries of task_run_list_idx decide it.
   */
  evaluatedIn?(value: Value): EvaluatedIn | undefined;
  /**
   * Returns parsed conditions that every matching run meets and that an index decides. The condition itself is tested
   * on the runs that they find.
   */
  implied?(value: Value): Readonly<Record<string, unknown>> | undefined;
  /** Returns the index terms that the condition requires. */
  indexTerms?(value: Value): readonly IndexTerms[];
  /** Returns the number of conditions. Defaults to one. */
  count?(value: Value): number;
}

/** A condition on a string, as sent by clients. All of its members must hold. */
export interface TextFilterInput {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
}

type ValueOf<Property extends RunProperty> = NonNullable<TaskRunEntity[Property]>;
type Options<Input> = Pick<FilterRow<Input>, 'nullSql'> & Pick<FilterCondition<Input>, 'parse'>;

const maxTexts = limits.texts.value;
const maxDecimalLength = limits.decimalLength.value;

/** @param options `parse` replaces the validation for the column's type */
export function compareColumn<Property extends RunProperty>(
  property: Property,
  operator: '=' | '>=' | '<=' | '<',
  description: string,
  { parse, ...options }: Options<ValueOf<Property>> = {},
): FilterRow<ValueOf<Property>> {
  const column = runColumn(property);
  const type = scalarOf(column);
  const check = parse ?? checksOf(column)[type];
  const sql: FilterCondition<unknown>['sql'] = (value, add) =>
    `run.${column.databaseName} ${operator} ${add(value, column.type)}`;
  const conditions = [{ ...(check && { parse: check }), sql, ...sourceOf(property) }];
  return { type, description, conditions, ...options };
}

/** Returns a row that matches any of several values. Null matches runs without a value. */
export function matchAny<Property extends RunProperty>(
  property: Property,
  description: string,
  list: 'values' | 'values and null' = 'values',
): FilterRow<readonly (ValueOf<Property> | null)[]> {
  const column = runColumn(property);
  const name = `run.${column.databaseName}`;
  const type = scalarOf(column);
  const check = checksOf(column)[type] as FilterCondition<unknown>['parse'];
  return {
    type,
    list,
    description,
    conditions: [
      {
        parse: (values, path, parsed, now, modelPointer) =>
          checkList(values, path, (value, at) =>
            value === null || !check ? value : check(value, at, parsed, now, modelPointer),
          ),
        sql(parsed, add) {
          const values = parsed as readonly unknown[];
          const inList = `${name} = ANY (${add(
            values.filter((value) => value !== null),
            `${column.type}[]`,
          )})`;
          return values.includes(null) ? `(${inList} OR ${name} IS NULL)` : inList;
        },
        ...sourceOf(property),
      },
    ],
  };
}

/**
 * Returns a row that matches runs with or without a value in a column.
 * @param evaluatedIn for columns with their own index
 */
export function matchPresence(
  property: RunProperty,
  description: string,
  evaluatedIn?: (has: boolean) => EvaluatedIn,
): FilterRow<boolean> {
  const column = `run.${runColumn(property).databaseName}`;
  const sql = (has: unknown) => `${column} IS ${has ? 'NOT ' : ''}NULL`;
  const ownIndex = evaluatedIn && { evaluatedIn: (has: unknown) => evaluatedIn(has as boolean) };
  return { type: 'Boolean', description, conditions: [{ sql, ...outsideListIndex(property), ...ownIndex }] };
}

/** Columns of task_run_list_idx that also lead another index, after the task. */
const leadingColumns: readonly RunProperty[] = ['created', 'userId', 'reportingGroupId'];

/** Returns the source for comparing a column with one value or a list of values. No index is led by null. */
function sourceOf(property: RunProperty): Pick<FilterCondition<unknown>, 'evaluatedIn'> {
  if (!leadingColumns.includes(property)) return outsideListIndex(property);
  return {
    evaluatedIn: (value) => {
      const hasNull = value === null || (Array.isArray(value) && value.includes(null));
      return hasNull ? undefined : 'any index';
    },
  };
}

function outsideListIndex(property: RunProperty): Pick<FilterCondition<unknown>, 'evaluatedIn'> {
  return isInListIndex(property) ? {} : { evaluatedIn: () => 'table' };
}

/** Returns a row for a `TextFilter` on a column that is compared byte by byte. */
export function matchText(property: RunProperty, description: string): FilterRow<TextFilterInput> {
  const { databaseName, length } = runColumn(property);
  if (length === undefined) throw new Error(`${property} has no length, and so no upper bound of its texts.`);
  const column = `run.${databaseName}`;
  const check = (path: FilterPath, member: string, text: string) => checkText([...path, member], text, length);
  const evaluatedIn = () => 'own index' as const;
  return {
    type: 'TextFilter',
    description,
    conditions: [
      {
        key: `${property}Equals`,
        parse: ({ eq }, path) => (eq == null ? undefined : check(path, 'eq', eq)),
        sql: (text, add) => `${column} = ${add(text, 'varchar')}`,
        evaluatedIn,
      },
      {
        key: `${property}In`,
        parse({ in: texts }, path) {
          if (texts == null) return undefined;
          assertListLength(texts, [...path, 'in']);
          return texts.map((text) => check(path, 'in', text));
        },
        sql: (texts, add) => `${column} = ANY (${add(texts, 'varchar[]')})`,
        evaluatedIn,
      },
      {
        key: `${property}StartsWith`,
        parse: ({ startsWith }, path) => (startsWith == null ? undefined : check(path, 'startsWith', startsWith)),
        evaluatedIn,
        // Uses a range instead of LIKE, so that no character is special and a prepared plan can use the index. The
        // upper bound is the string padded with the highest character up to the column's length.
        sql(text, add) {
          const from = add(text, 'varchar');
          return `${column} >= ${from} AND ${column} < ${from} || repeat(chr(1114111), ${length})`;
        },
      },
    ],
  };
}

/** Returns SQL for a Boolean. A stored null counts as false. */
export function booleanSql(property: RunProperty): (value: boolean) => string {
  const column = `run.${runColumn(property).databaseName}`;
  return (value) => (value ? column : `${column} IS NOT TRUE`);
}

export function checkText(path: FilterPath, text: string, maxLength: number = limits.textLength.value): string {
  // PostgreSQL counts characters, not UTF-16 code units.
  if (text.length > 2 * maxLength || (text.length > maxLength && [...text].length > maxLength)) {
    throw validationFailed(path, `must have at most ${formatCount(maxLength)} characters`, 'string_too_long');
  }
  if (text.includes('\0')) throw validationFailed(path, 'must not contain a NUL character');
  return text;
}

/** Returns the moment in the format of the DateTime scalar. Without `now`, relative dates are returned as sent. */
export function checkDateTime(text: string, path: FilterPath, now: number | null): string {
  try {
    const dateTime = parseDateTime(text);
    return now === null && dateTime.isRelative ? text : dateTime.at(now ?? 0);
  } catch (error) {
    if (error instanceof InvalidDateTime) throw validationFailed(path, predicateOf(error, text));
    throw error;
  }
}

export function checkDecimal(text: string, path: FilterPath): string {
  if (text.length > maxDecimalLength || !decimal.test(text)) {
    throw validationFailed(path, `must be a decimal of at most ${maxDecimalLength} characters`);
  }
  return text;
}

/** Validates every value in a list, and returns the values sorted and without duplicates. */
export function checkList<Value>(
  values: readonly Value[],
  path: FilterPath,
  check: (value: Value, path: FilterPath) => unknown,
): unknown[] {
  assertListLength(values, path);
  return [...new Set(values.map((value, index) => check(value, [...path, index])))].sort();
}

/** @throws GatewayError VALIDATION_FAILED if the list is empty or has more than 100 values */
export function assertListLength(values: readonly unknown[], path: FilterPath): void {
  if (values.length === 0 || values.length > maxTexts) {
    throw validationFailed(path, `must contain between 1 and ${maxTexts} values, not ${values.length}`);
  }
}

/** Returns ID for UUID columns, so that a malformed one is reported as an error of its field, as in a run's path. */
function scalarOf({ scalar }: RunColumn): ScalarName {
  return scalar === 'UUID' ? 'ID' : scalar;
}

const checksOf = ({ length }: RunColumn): { readonly [Scalar in ScalarName]?: FilterCondition<never>['parse'] } => ({
  ID: (id: string, path: FilterPath) => parseResourceId(path.join('.'), id),
  String: (text: string, path: FilterPath) => checkText(path, text, length),
  DateTime: (text: string, path: FilterPath, _parsed: unknown, now: number | null) => checkDateTime(text, path, now),
  Decimal: (text: string, path: FilterPath) => checkDecimal(text, path),
});
