// The kinds of rows in the table of filters. How a filter on a column is checked follows from the column.

import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { InvalidDateTime } from '../../dates/moment.js';
import { parseDateTime } from '../../dates/parse-date-time.js';
import { predicateOf, validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { decimal } from '../record/decimal.js';
import { type RunColumn, type RunProperty, runColumn, type ScalarName } from '../record/run-columns.js';
import { parseResourceId } from '../record/run-path.js';

/** The GraphQL type of a filter's value. */
export type FilterType = ScalarName | 'TaskRunStatus' | 'TextFilter' | 'JSONCondition';

export interface FilterRow<Input> {
  readonly type: FilterType;
  /** A list of such values, any of which may match; some of them may be null. Omitted: one value. */
  readonly list?: 'values' | 'values and null';
  readonly description: string;
  /** Of a text, in characters; omitted: what the column has, or its type. */
  readonly maxLength?: number;
  readonly conditions: readonly FilterCondition<Input>[];
  /** SQL for null; omitted: null is the same as omitted. */
  readonly nullSql?: string;
}

/** Of a value in a filter: `filter`, and the names and positions below it. */
export type FilterPath = readonly (string | number)[];

/**
 * What has to be read to decide a condition, where task_run_list_idx does not: an index of its own, if the condition must
 * hold for all runs, or the runs themselves.
 */
export type EvaluatedIn = 'own index' | 'table';

/** Values one of which a run must have to match. */
export interface IndexTerms {
  readonly column: 'response' | 'run_data';
  /** JSON documents of the column that have one each, where it must be. */
  readonly documents: readonly string[];
}

/** A condition on the row `run` of a statement. */
export interface FilterCondition<Input, Value = unknown> {
  /** In the parsed filter, and so in the digests of cursors; omitted: the filter's name. */
  readonly key?: string;
  /**
   * Checks the value; undefined: no condition. Omitted: any value that GraphQL and REST accept is valid.
   * @param parsed the conditions of the rows above
   * @param now milliseconds since 1970, for relative dates; null: they stay as they were written, and are valid
   */
  parse?(
    input: Input,
    path: FilterPath,
    parsed: Readonly<Record<string, unknown>>,
    now: number | null,
  ): Value | undefined;
  sql(value: Value, add: SqlParameters['add'], projectId: string): string;
  /** Omitted: task_run_list_idx is enough. */
  evaluatedIn?(value: Value): EvaluatedIn;
  /** What the search index may have of what the condition requires. */
  indexTerms?(value: Value): readonly IndexTerms[];
  /** How many conditions it is; omitted: one. */
  count?(value: Value): number;
}

/** A text condition as a client writes it; all its members must hold. */
export interface TextFilterInput {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
}

type ValueOf<Property extends RunProperty> = NonNullable<TaskRunEntity[Property]>;
type Options<Input> = Pick<FilterRow<Input>, 'nullSql'> & Pick<FilterCondition<Input>, 'parse'>;

const maxTexts = limits.texts.value;
const maxDecimalLength = limits.decimalLength.value;

/** @param options `parse` in place of the check for the column's type */
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
  const conditions = [check ? { parse: check, sql } : { sql }];
  return { type, description, conditions, ...options };
}

/** One of several values; null among them is a run without. */
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
        parse: (values, path, parsed, now) =>
          checkList(values, path, (value, at) => (value === null || !check ? value : check(value, at, parsed, now))),
        sql(parsed, add) {
          const values = parsed as readonly unknown[];
          const inList = `${name} = ANY (${add(
            values.filter((value) => value !== null),
            `${column.type}[]`,
          )})`;
          return values.includes(null) ? `(${inList} OR ${name} IS NULL)` : inList;
        },
      },
    ],
  };
}

/** Whether a column has a value. */
export function matchPresence(
  property: RunProperty,
  description: string,
  evaluatedIn?: (has: boolean) => EvaluatedIn,
): FilterRow<boolean> {
  const column = `run.${runColumn(property).databaseName}`;
  const sql = (has: unknown) => `${column} IS ${has ? 'NOT ' : ''}NULL`;
  const condition = evaluatedIn ? { sql, evaluatedIn: (has: unknown) => evaluatedIn(has as boolean) } : { sql };
  return { type: 'Boolean', description, conditions: [condition] };
}

/** By a `TextFilter` on a column that compares byte by byte. */
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
        // A range instead of LIKE: no character of the text is special, and a prepared plan can use the index. Its
        // upper bound is the text followed by as many last characters as the column can hold.
        sql(text, add) {
          const from = add(text, 'varchar');
          return `${column} >= ${from} AND ${column} < ${from} || repeat(chr(1114111), ${length})`;
        },
      },
    ],
  };
}

/** A stored null reads as false. */
export function booleanSql(property: RunProperty): (value: boolean) => string {
  const column = `run.${runColumn(property).databaseName}`;
  return (value) => (value ? column : `${column} IS NOT TRUE`);
}

export function checkText(path: FilterPath, text: string, maxLength: number = limits.textLength.value): string {
  // PostgreSQL counts characters, not UTF-16 units.
  if (text.length > 2 * maxLength || (text.length > maxLength && [...text].length > maxLength)) {
    throw validationFailed(path, `must have at most ${maxLength.toLocaleString('en')} characters`, 'string_too_long');
  }
  if (text.includes('\0')) throw validationFailed(path, 'must not contain a NUL character');
  return text;
}

/** The moment, in the form of the DateTime scalar; without `now`, a relative one as it was written. */
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

/** Checks every value of a list; in one order and without duplicates, whatever the order of the client. */
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

/** A malformed id is an error of its field, as in the path of a run, and not of the operation. */
function scalarOf({ scalar }: RunColumn): ScalarName {
  return scalar === 'UUID' ? 'ID' : scalar;
}

const checksOf = ({ length }: RunColumn): { readonly [Scalar in ScalarName]?: FilterCondition<never>['parse'] } => ({
  ID: (id: string, path: FilterPath) => parseResourceId(path.join('.'), id),
  String: (text: string, path: FilterPath) => checkText(path, text, length),
  DateTime: (text: string, path: FilterPath, _parsed: unknown, now: number | null) => checkDateTime(text, path, now),
  Decimal: (text: string, path: FilterPath) => checkDecimal(text, path),
});
