// The dimensions that runs can be grouped by, a row each, and buckets of time: how each is read from the row `run`,
// compared and returned.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { limits } from '../../limits.js';
import { type PointerSource, valueAtPointer } from '../record/json-pointer.js';
import { type Buckets, momentAsText, startAndLabelAsText, startOfBucket } from './buckets.js';

type Add = SqlParameters['add'];

/** What a column of the database is compared as, and SQL of any value of the type. */
const fillers = { uuid: "'00000000-0000-0000-0000-000000000000'::uuid", text: "''", jsonb: "'null'::jsonb" } as const;

interface DimensionRow {
  /** Of the group, for the schema. */
  readonly description: string;
  /** SQL over the row `run`; not for a `source`. */
  readonly sql: string;
  readonly type: keyof typeof fillers;
  /** Whether there may be runs without a value. */
  readonly isNullable: boolean;
  /** The field of a group that leads on to what its value names. */
  readonly relation?: 'task' | 'reportingGroup' | 'user' | 'fallbackLlmModel';
  /** The JSON whose values at a path are compared. */
  readonly source?: PointerSource;
}

const column = (
  type: 'uuid' | 'text',
  name: string,
  isNullable: boolean,
  description: string,
  relation?: DimensionRow['relation'],
): DimensionRow => ({
  description,
  // Texts are compared byte by byte: equally on every database.
  sql: type === 'text' ? `run.${name} COLLATE "C"` : `run.${name}`,
  type,
  isNullable,
  ...(relation && { relation }),
});

const json = (source: PointerSource, field: string): DimensionRow => ({
  description: `The value at \`path\` in \`${field}\`. Numbers are equal whatever their scale; lists and objects are compared as a whole.`,
  sql: '',
  type: 'jsonb',
  // A value that is missing is JSON's null.
  isNullable: false,
  source,
});

const { failureReasonLength } = limits;

export const dimensions = {
  TASK: column('uuid', 'task_id', false, 'The task.', 'task'),
  REVISION: column('uuid', 'task_revision_id', false, 'The task revision.'),
  STATUS: {
    description: 'The status, `SUCCESS` or `FAIL`.',
    sql: `CASE WHEN run.is_error THEN 'FAIL' ELSE 'SUCCESS' END COLLATE "C"`,
    type: 'text',
    isNullable: false,
  },
  USER: column('uuid', 'user_id', true, 'The user who executed the task.', 'user'),
  CONTEXT: column('text', 'context_id', true, '`contextId`.'),
  REPORTING_GROUP: column('uuid', 'reporting_group_id', true, 'The reporting group.', 'reportingGroup'),
  FALLBACK_MODEL: column('uuid', 'fallback_llm_model_id', true, 'The fallback model.', 'fallbackLlmModel'),
  FAILURE_REASON: {
    ...column(
      'text',
      'primary_failure_reason',
      true,
      `\`primaryFailureReason\`: its first ${failureReasonLength.value.toLocaleString('en')} characters.`,
    ),
    sql: `left(run.primary_failure_reason, ${failureReasonLength.value}) COLLATE "C"`,
  },
  REFERENCE: column('text', 'reference', true, '`reference`.'),
  RESPONSE: json('response', 'response'),
  SUBMITTED: json('submitted', 'submitted'),
  RUN_DATA: json('runData', 'runData'),
} as const satisfies Readonly<Record<string, DimensionRow>>;

export type DimensionName = keyof typeof dimensions;

export interface GroupDimension {
  readonly by: DimensionName;
  /** A JSON Pointer; only for the dimensions that have a `source`. */
  readonly path?: string;
}

export type Dimension = GroupDimension | Buckets;

export function isBuckets(dimension: Dimension): dimension is Buckets {
  return 'timeZone' in dimension;
}

export function dimensionRow({ by }: GroupDimension): DimensionRow {
  return dimensions[by];
}

/** Identifies a dimension among others. */
export function dimensionName(dimension: Dimension): string {
  return isBuckets(dimension) ? `${dimension.by} ${dimension.timeZone}` : `${dimension.by} ${dimension.path ?? ''}`;
}

export function isJson(dimension: Dimension): boolean {
  return !isBuckets(dimension) && dimensionRow(dimension).type === 'jsonb';
}

/** SQL: the value of the row `run` in a dimension; a bucket by the time at which it starts, null in none. */
export function valueInDimension(dimension: Dimension, add: Add): string {
  if (isBuckets(dimension)) return startOfBucket(dimension, 'run.created', add);
  const { sql, source } = dimensionRow(dimension);
  if (source === undefined) return sql;
  return `coalesce(${valueAtPointer({ source, pointer: dimension.path ?? '' }, add)}, ${fillers.jsonb})`;
}

/** SQL: whether two values are the same, as an operator that can be hashed. */
export function sameInDimension(dimension: Dimension, one: string, other: string): string {
  if (isBuckets(dimension) || !dimensionRow(dimension).isNullable) return `${one} = ${other}`;
  const filler = fillers[dimensionRow(dimension).type];
  return `(${one} IS NULL) = (${other} IS NULL) AND coalesce(${one}, ${filler}) = coalesce(${other}, ${filler})`;
}

/** Columns of a group, as SQL. */
export interface GroupColumns {
  readonly key: string;
  /** For a dimension of JSON: the least of the texts of equal values, which differ in the scale of numbers. */
  readonly text: string;
}

/** SQL: a JSON value as people read it: a string without quotes, null for JSON's null. */
const plainText = (text: string) => `(${text}::jsonb #>> '{}')`;

/** SQL: the order of groups that have as much as each other, by their values as they are returned. */
export function keyOrder(dimension: Dimension, { key, text }: GroupColumns): string {
  return isJson(dimension) ? `${plainText(text)} COLLATE "C", ${text}` : key;
}

/** SQL: what is returned as the value of a group; of a bucket, its start and, with `hasLabels`, a space and its label. */
export function valueAsText(
  dimension: Dimension,
  { key, text }: GroupColumns,
  { hasLabels, add }: { readonly hasLabels: boolean; readonly add: Add },
): string {
  if (isBuckets(dimension)) return hasLabels ? startAndLabelAsText(dimension, key, add) : momentAsText(key);
  return isJson(dimension) ? `left(${plainText(text)}, ${limits.groupValueLength.value})` : `${key}::text`;
}
