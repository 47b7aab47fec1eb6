// Conditions on values at JSON Pointers in a run's JSON. A value is cast only after its type has been checked, so that
// no stored value makes a statement fail.

import { maxIndexedDepth } from '../../database/search-index.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { type ModelPointer, mustBePointer, pathOfPointer, valueAtPointer } from '../columns/json-pointer.js';
import {
  assertListLength,
  checkDecimal,
  checkList,
  checkText,
  type FilterCondition,
  type FilterPath,
  type FilterRow,
  type IndexTerms,
} from './filter-row.js';

/** The JSON text of a string, number or boolean, or null for JSON null. */
type JsonPrimitive = string | null;

/** A condition as sent by clients. All of its members must hold. */
export interface JsonConditionInput {
  readonly path: string;
  readonly eq?: JsonPrimitive;
  readonly in?: readonly JsonPrimitive[] | null;
  readonly exists?: boolean | null;
  readonly contains?: JsonPrimitive;
  readonly gt?: string | null;
  readonly gte?: string | null;
  readonly lt?: string | null;
  readonly lte?: string | null;
}

/** Limit on a condition's index terms, each of which is a document that repeats the pointer. */
const maxIndexTermCharacters = 10_000;

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
const comparisonNames = Object.keys(comparisons) as (keyof typeof comparisons)[];

/** A canonicalized condition. */
type JsonCondition = JsonConditionInput;

export function matchJson(
  source: 'response' | 'submitted' | 'runData',
  description: string,
): FilterRow<readonly JsonConditionInput[]> {
  return {
    type: 'JSONCondition',
    list: 'values',
    description,
    conditions: [
      {
        parse(inputs, path) {
          assertListLength(inputs, path);
          return inputs.map((input, index) => check(input, source, [...path, index]));
        },
        sql: (conditions, add) =>
          (conditions as readonly JsonCondition[]).map((condition) => toSql(condition, source, add)).join(' AND '),
        evaluatedIn: () => 'table',
        indexTerms: (conditions) =>
          (conditions as readonly JsonCondition[]).flatMap((condition) => toIndexTerms(condition, source)),
        count: (conditions) => (conditions as readonly JsonCondition[]).length,
      },
    ],
  };
}

/**
 * A condition on the model. It equals a condition on the JSON at the model's location, so that the search index helps
 * with both.
 */
interface ModelCondition extends Pick<ModelPointer, 'source'> {
  readonly condition: JsonCondition;
}

/** Returns a condition that matches any of the models in an input. */
export function matchModel<Input>(modelsIn: (input: Input) => readonly string[]): FilterCondition<Input> {
  return {
    parse(input, path, _parsed, _now, modelPointer): ModelCondition {
      if (modelPointer === null)
        throw validationFailed(path, 'requires the variable `MODEL_POINTER`, which is not set');
      const { source, pointer } = modelPointer;
      const models = modelsIn(input);
      const texts = checkList(models, path, (model) =>
        checkPrimitive(JSON.stringify(model), path, limits.modelLength.value),
      );
      return { source, condition: { path: pointer, in: texts as string[] } };
    },
    sql: (value, add) => toSql((value as ModelCondition).condition, (value as ModelCondition).source, add),
    evaluatedIn: () => 'table',
    indexTerms: (value) => toIndexTerms((value as ModelCondition).condition, (value as ModelCondition).source),
  };
}

function check(input: JsonConditionInput, source: Parameters<typeof matchJson>[0], path: FilterPath): JsonCondition {
  // REST does not check that the path is a string.
  if (typeof input.path !== 'string' || pathOfPointer({ source, pointer: input.path }) === null) {
    throw validationFailed([...path, 'path'], mustBePointer);
  }
  const primitive = (value: JsonPrimitive, ...at: FilterPath) => checkPrimitive(value, [...path, ...at]);
  const compared = comparisonNames.flatMap((name) =>
    input[name] == null ? [] : [[name, checkDecimal(input[name], [...path, name])]],
  );
  const condition: JsonCondition = {
    path: input.path,
    ...(input.eq === undefined ? {} : { eq: primitive(input.eq, 'eq') }),
    ...(input.in == null ? {} : { in: checkedList(input.in, path, primitive) }),
    ...(input.exists == null ? {} : { exists: input.exists }),
    ...(input.contains === undefined ? {} : { contains: primitive(input.contains, 'contains') }),
    ...Object.fromEntries(compared),
  };
  if (Object.keys(condition).length === 1) {
    throw validationFailed(path, 'must have eq, in, exists, contains, gt, gte, lt or lte in addition to the path');
  }
  return condition;
}

function checkedList(
  values: readonly JsonPrimitive[],
  path: FilterPath,
  check: (value: JsonPrimitive, ...at: FilterPath) => JsonPrimitive,
): readonly JsonPrimitive[] {
  assertListLength(values, [...path, 'in']);
  return values.map((value, index) => check(value, 'in', index));
}

function checkPrimitive(text: JsonPrimitive, path: FilterPath, maxLength?: number): JsonPrimitive {
  if (text === null || !text.startsWith('"')) return text;
  const value = JSON.parse(text) as string;
  checkText(path, value, maxLength);
  // PostgreSQL rejects lone surrogates.
  if (/\p{Cs}/u.test(value)) throw validationFailed(path, 'must not contain unpaired surrogates');
  return text;
}

function toSql(
  { path: pointer, exists, ...condition }: JsonCondition,
  source: Parameters<typeof matchJson>[0],
  add: SqlParameters['add'],
): string {
  const value = valueAtPointer({ source, pointer }, add);
  const primitive = (text: JsonPrimitive) => add(text ?? 'null', 'jsonb');
  const sql: string[] = [];
  if (condition.eq !== undefined) sql.push(`${value} = ${primitive(condition.eq)}`);
  if (condition.in) {
    sql.push(
      `${value} = ANY (${add(
        condition.in.map((text) => text ?? 'null'),
        'jsonb[]',
      )})`,
    );
  }
  if (exists !== undefined) sql.push(`${value} IS ${exists ? 'NOT ' : ''}NULL`);
  if (condition.contains !== undefined) sql.push(contains(value, condition.contains, primitive(condition.contains)));
  for (const name of comparisonNames) {
    const number = condition[name];
    if (number == null) continue;
    sql.push(
      `CASE WHEN jsonb_typeof(${value}) = 'number' THEN ${value}::numeric ${comparisons[name]} ${add(number, 'numeric')} END`,
    );
  }
  return sql.join(' AND ');
}

/** Returns index terms. The index contains neither values inside arrays nor all run data. */
function toIndexTerms(
  { path: pointer, eq, in: listed }: JsonCondition,
  source: Parameters<typeof matchJson>[0],
): IndexTerms[] {
  const values = eq !== undefined ? [eq] : listed;
  const path = pathOfPointer({ source, pointer })!;
  const column = source === 'response' ? 'response' : 'run_data';
  const names = column === 'response' ? path : path.slice(1);
  const isIndexed = column === 'response' || path[0] === 'submitted';
  if (!values || !isIndexed || names.length > maxIndexedDepth || names.some((name) => /^\d+$/.test(name))) return [];
  if (values.length * pointer.length > maxIndexTermCharacters) return [];
  const documentOf = (value: JsonPrimitive) =>
    path.reduceRight((json, name) => `{${JSON.stringify(name)}:${json}}`, value ?? 'null');
  return [{ column, documents: values.map(documentOf) }];
}

/** Returns SQL that matches a list containing the value, or a string containing the text. */
function contains(value: string, text: JsonPrimitive, parameter: string): string {
  const substringSql = text?.startsWith('"')
    ? ` WHEN 'string' THEN strpos(${value} #>> '{}', ${parameter} #>> '{}') > 0`
    : '';
  return `CASE jsonb_typeof(${value}) WHEN 'array' THEN ${value} @> ${parameter}${substringSql} END`;
}
