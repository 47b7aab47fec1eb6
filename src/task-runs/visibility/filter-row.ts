// The kinds of rows in the table of filters. The check of a filter on a column is derived from the column.

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

/** The GraphQL type of a filter's value. */
export type FilterType = ScalarName | 'TaskRunStatus' | 'TextFilter' | 'JSONCondition';

export interface FilterRow<Input> {
  readonly type: FilterType;
  /** A list of values, any of which may match, with or without null among them. Omitted: a single value. */
  readonly list?: 'values' | 'values and null';
  /** Whether values contain commas, so that REST's parameter is repeated for several values. */
  readonly hasCommas?: true;
  readonly description: string;
  /** The most characters of a text; omitted: the limit of the column or its type. */
  readonly maxLength?: number;
  readonly conditions: readonly FilterCondition<Input>[];
  /** SQL for null; omitted: null is the same as omitted. */
  readonly nullSql?: string;
}

/** The path of a value in a filter: `filter`, and the names and positions below it. */
export type FilterPath = readonly (string | number)[];

/**
 * The source that decides a condition. `own index`: an index that begins with the column, unless the condition is optional;
 * `any index`: such an index, or the entries of task_run_list_idx; `table`: the runs themselves.
 */
export type EvaluatedIn = 'own index' | 'any index' | 'table';

/** Index terms: a run must have one of the values to match. */
export interface IndexTerms {
  readonly column: 'response' | 'run_data';
  /** JSON documents with one value each, at its path in the column. */
  readonly documents: readonly string[];
}

/** The project whose runs are filtered, or, in an organization, the projects of its visible tasks by their ids. */
export type ScopeProjects = string | ReadonlyMap<string, string>;

/** A condition on the row `run` of a statement. */
export interface FilterCondition<Input, Value = unknown> {
  /** The key in the parsed filter, and so in the digests of cursors; omitted: the filter's name. */
  readonly key?: string;
  /**
   * Checks the value, and returns undefined for no condition. Omitted: any value that GraphQL and REST accept is valid.
   * @param parsed the conditions of earlier rows
   * @param now milliseconds since 1970, for relative dates; null: valid ones stay relative
   * @param modelPointer the place of the model in the JSON of runs; null: none is configured
   */
  parse?(
    input: Input,
    path: FilterPath,
    parsed: Readonly<Record<string, unknown>>,
    now: number | null,
    modelPointer: ModelPointer | null,
  ): Value | undefined;
  sql(value: Value, add: SqlParameters['add'], projects: ScopeProjects): string;
  /** Omitted, or undefined: the entries of task_run_list_idx decide the condition. */
  evaluatedIn?(value: Value): EvaluatedIn | undefined;
  /**
   * Parsed conditions that every matching run meets and that an index decides: the condition itself is tested on the runs
   * that it finds.
   */
  implied?(value: Value): Readonly<Record<string, unknown>> | undefined;
  /** Returns the index terms that the condition requires. */
  indexTerms?(value: Value): readonly IndexTerms[];
  /** Returns the number of conditions; omitted: one. */
  count?(value: Value): number;
}

/** A text condition as sent by clients. All its members must hold. */
export interface TextFilterInput {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
}

type ValueOf<Property extends RunProperty> = NonNullable<TaskRunEntity[Property]>;
type Options<Input> = Pick<FilterRow<Input>, 'nullSql'> & Pick<FilterCondition<Input>, 'parse'>;

const maxTexts = limits.texts.value;
const maxDecimalLength = limits.decimalLength.value;

/** @param options `parse` replaces the check for the column's type */
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

/** Returns a row that matches any of several values. null matches runs without a value. */
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
 * Returns a row that matches by whether a column has a value.
 * @param evaluatedIn for a column with its own index
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

/** The columns of task_run_list_idx with which an index begins, behind the task. */
const leadingColumns: readonly RunProperty[] = ['created', 'userId', 'reportingGroupId'];

/** The source of a comparison with a value, or with each of a list. No index begins with null. */
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
        // A range instead of LIKE, so that no character is special, and a prepared plan can use the index. Its upper
        // bound is the text filled with the last character up to the length of the column.
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
  // PostgreSQL counts characters, not UTF-16 units.
  if (text.length > 2 * maxLength || (text.length > maxLength && [...text].length > maxLength)) {
    throw validationFailed(path, `must have at most ${formatCount(maxLength)} characters`, 'string_too_long');
  }
  if (text.includes('\0')) throw validationFailed(path, 'must not contain a NUL character');
  return text;
}

/** Returns the moment in the form of the DateTime scalar; without `now`, relative dates stay as they were sent. */
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

/** Checks every value of a list, and returns them sorted and without duplicates. */
export function checkList<Value>(
  values: readonly Value[],
  path: FilterPath,
  check: (value: Value, path: FilterPath) => unknown,
): unknown[] {
  assertListLength(values, path);
  return [...new Set(values.map((value, index) => check(value, [...path, index])))].sort();
}

/** @throws GatewayError VALIDATION_FAILED for an empty list, or one of more than 100 values */
export function assertListLength(values: readonly unknown[], path: FilterPath): void {
  if (values.length === 0 || values.length > maxTexts) {
    throw validationFailed(path, `must contain between 1 and ${maxTexts} values, not ${values.length}`);
  }
}

/** Returns ID for ids, so that a malformed one is an error of its field, as in the path of a run. */
function scalarOf({ scalar }: RunColumn): ScalarName {
  return scalar === 'UUID' ? 'ID' : scalar;
}

const checksOf = ({ length }: RunColumn): { readonly [Scalar in ScalarName]?: FilterCondition<never>['parse'] } => ({
  ID: (id: string, path: FilterPath) => parseResourceId(path.join('.'), id),
  String: (text: string, path: FilterPath) => checkText(path, text, length),
  DateTime: (text: string, path: FilterPath, _parsed: unknown, now: number | null) => checkDateTime(text, path, now),
  Decimal: (text: string, path: FilterPath) => checkDecimal(text, path),
});
