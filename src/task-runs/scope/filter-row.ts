// The kinds of rows in the table of filters. How a filter on a column is checked follows from the column.

import type { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { InvalidDateTime } from '../../dates/invalid-date-time.js';
import { parseDateTime } from '../../dates/parse-date-time.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { decimal } from '../record/decimal.js';
import { type RunColumn, type RunProperty, runColumn, type ScalarName } from '../record/run-columns.js';
import { parseResourceId } from '../record/run-path.js';

/** The GraphQL type of a filter's value. */
export type FilterType = ScalarName | 'TaskRunStatus' | 'TextFilter';

export interface FilterRow<Input> {
  readonly type: FilterType;
  readonly description: string;
  readonly conditions: readonly FilterCondition<Input>[];
  /** SQL for null; omitted: null is the same as omitted. */
  readonly ifNull?: string;
  /** The query parameter of REST lists; omitted: they have none. */
  readonly restParameter?: string;
}

/** A condition on the row `run` of a statement. */
interface FilterCondition<Input, Value = unknown> {
  /** In the parsed filter, and so in the digests of cursors; omitted: the filter's name. */
  readonly key?: string;
  /**
   * Checks the value; undefined: no condition. Omitted: any value that GraphQL and REST accept is valid.
   * @param parsed the conditions of the rows above
   * @param now milliseconds since 1970, for relative dates
   */
  parse?(input: Input, filter: string, parsed: Readonly<Record<string, unknown>>, now: number): Value | undefined;
  sql(value: Value, add: SqlParameters['add'], projectId: string): string;
}

/** A text condition as a client writes it; all its members must hold. */
export interface TextFilterInput {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
}

type ValueOf<Property extends RunProperty> = NonNullable<TaskRunEntity[Property]>;
type Options<Input> = Pick<FilterRow<Input>, 'ifNull' | 'restParameter'> & Pick<FilterCondition<Input>, 'parse'>;

const maxTexts = limits.texts.value;
const maxDecimalLength = limits.decimalLength.value;

/** @param options `parse` in place of the check for the column's type */
export function compare<Property extends RunProperty>(
  property: Property,
  operator: '=' | '>=' | '<=' | '<',
  description: string,
  { parse, ...options }: Options<ValueOf<Property>> = {},
): FilterRow<ValueOf<Property>> {
  const column = runColumn(property);
  // A malformed id is an error of its field, as in the path of a run, and not of the operation.
  const type = column.scalar === 'UUID' ? 'ID' : column.scalar;
  const check = parse ?? checksOf(column)[type];
  const sql: FilterCondition<unknown>['sql'] = (value, add) =>
    `run.${column.databaseName} ${operator} ${add(value, column.type)}`;
  const conditions = [check ? { parse: check, sql } : { sql }];
  return { type, description, conditions, ...options };
}

/** By a `TextFilter` on a column that compares byte by byte. */
export function matchText(property: RunProperty, description: string): FilterRow<TextFilterInput> {
  const { databaseName, length } = runColumn(property);
  if (length === undefined) throw new Error(`${property} has no length, and so no upper bound of its texts.`);
  const column = `run.${databaseName}`;
  const check = (filter: string, member: string, text: string) => checkText([filter, member], text, length);
  return {
    type: 'TextFilter',
    description,
    conditions: [
      {
        key: `${property}Equals`,
        parse: ({ eq }, filter) => (eq == null ? undefined : check(filter, 'eq', eq)),
        sql: (text, add) => `${column} = ${add(text, 'varchar')}`,
      },
      {
        key: `${property}In`,
        parse({ in: texts }, filter) {
          if (texts == null) return undefined;
          if (texts.length === 0 || texts.length > maxTexts) {
            throw validationFailed(['filter', filter, 'in'], `must contain 1 to ${maxTexts} values`);
          }
          return texts.map((text) => check(filter, 'in', text));
        },
        sql: (texts, add) => `${column} = ANY (${add(texts, 'varchar[]')})`,
      },
      {
        key: `${property}StartsWith`,
        parse: ({ startsWith }, filter) => (startsWith == null ? undefined : check(filter, 'startsWith', startsWith)),
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
export function isTrue(property: RunProperty): (value: boolean) => string {
  const column = `run.${runColumn(property).databaseName}`;
  return (value) => (value ? column : `${column} IS NOT TRUE`);
}

/** @param path of the text below `filter` */
export function checkText(path: readonly string[], text: string, maxLength: number = limits.textLength.value): string {
  // PostgreSQL counts characters, not UTF-16 units.
  if (text.length > 2 * maxLength || [...text].length > maxLength) {
    throw validationFailed(['filter', ...path], `must have at most ${maxLength} characters`, 'string_too_long');
  }
  if (text.includes('\0')) throw validationFailed(['filter', ...path], 'must not contain a NUL character');
  return text;
}

/** The moment, in the form of the DateTime scalar. */
export function checkDateTime(text: string, filter: string, now: number): string {
  try {
    return parseDateTime(text).at(now);
  } catch (error) {
    if (error instanceof InvalidDateTime) throw validationFailed(['filter', filter], error.message);
    throw error;
  }
}

const checksOf = ({ length }: RunColumn): { readonly [Scalar in ScalarName]?: FilterCondition<never>['parse'] } => ({
  ID: (id: string, filter: string) => parseResourceId(`filter.${filter}`, id),
  String: (text: string, filter: string) => checkText([filter], text, length),
  DateTime: (text: string, filter: string, _parsed: unknown, now: number) => checkDateTime(text, filter, now),
  Decimal(text: string, filter: string): string {
    if (text.length > maxDecimalLength || !decimal.test(text)) {
      throw validationFailed(['filter', filter], `must be a decimal of at most ${maxDecimalLength} characters`);
    }
    return text;
  },
});
