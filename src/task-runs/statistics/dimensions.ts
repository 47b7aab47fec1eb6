// The dimensions for grouping runs, one per row, and time buckets, with the SQL to read, compare and return them.

import { nilUuid } from '../../database/nil-uuid.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { type ModelPointer, modelAtPointer, type PointerSource, valueAtPointer } from '../columns/json-pointer.js';
import { failureKind } from '../columns/previews.js';
import { timestampSql } from '../columns/timestamp.js';
import type { ScopeProjects } from '../visibility/filter-row.js';
import { type Buckets, startAndLabelAsText, startOfBucket } from './buckets.js';
import { type IndexedValues, kindsOfFailures, valuesOfColumn } from './indexed-values.js';

type Add = SqlParameters['add'];

/** The types used to compare columns, each with SQL for an arbitrary value. */
const fillers = { uuid: `'${nilUuid}'::uuid`, text: "''", jsonb: "'null'::jsonb" } as const;

interface DimensionRow {
  /** The group's description in the schema. */
  readonly description: string;
  /** SQL over the row `run`; unused with a `source`. */
  readonly sql: string;
  /** Whether task_run_list_idx contains the value. */
  readonly isInListIndex: boolean;
  /** The values with run ids, if another index contains them. */
  readonly indexed?: IndexedValues;
  readonly type: keyof typeof fillers;
  /** Whether runs may lack a value. */
  readonly isNullable: boolean;
  /** The group's field for the object that the value identifies. */
  readonly relation?: 'project' | 'task' | 'taskRevision' | 'reportingGroup' | 'user' | 'fallbackLlmModel';
  /** The JSON that contains the compared values, at a path. */
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
  // Strings are compared byte by byte, so that every database uses the same order.
  sql: type === 'text' ? `run.${name} COLLATE "C"` : `run.${name}`,
  type,
  isNullable,
  isInListIndex: true,
  ...(relation && { relation }),
});

/** @param value SQL over the row `run`; defaults to the whole column */
const indexedText = (name: string, description: string, value = `run.${name}`): DimensionRow => ({
  ...column('text', name, true, description),
  sql: `${value} COLLATE "C"`,
  isInListIndex: false,
  indexed: valuesOfColumn(name, value),
});

const json = (source: PointerSource, field: string): DimensionRow => ({
  description: `The value at \`path\` in \`${field}\`. Numbers are equal regardless of their scale; lists and objects are compared as a whole.`,
  sql: '',
  type: 'jsonb',
  // A missing value counts as JSON null.
  isNullable: false,
  isInListIndex: false,
  source,
});

const { failureReasonLength } = limits;

export const dimensions = {
  // Runs have no column for the project, so the projects of their tasks are joined.
  PROJECT: { ...column('uuid', 'project_id', false, 'The project.', 'project'), sql: 'project_of_task.project_id' },
  TASK: column('uuid', 'task_id', false, 'The task.', 'task'),
  REVISION: column('uuid', 'task_revision_id', false, 'The task revision.', 'taskRevision'),
  STATUS: {
    description: 'The status, `SUCCESS` or `FAIL`.',
    sql: `CASE WHEN run.is_error THEN 'FAIL' ELSE 'SUCCESS' END COLLATE "C"`,
    type: 'text',
    isNullable: false,
    isInListIndex: true,
  },
  USER: column('uuid', 'user_id', true, 'The user who executed the task.', 'user'),
  CONTEXT: indexedText('context_id', '`contextId`.'),
  REPORTING_GROUP: column('uuid', 'reporting_group_id', true, 'The reporting group.', 'reportingGroup'),
  FALLBACK_MODEL: column('uuid', 'fallback_llm_model_id', true, 'The fallback model.', 'fallbackLlmModel'),
  FAILURE_REASON: indexedText(
    'primary_failure_reason',
    `\`primaryFailureReason\`: its first ${formatCount(failureReasonLength.value)} characters.`,
    `left(run.primary_failure_reason, ${failureReasonLength.value})`,
  ),
  FAILURE: {
    description: '`failure`, the kind of a failure.',
    sql: `CASE WHEN run.is_error THEN ${failureKind} END COLLATE "C"`,
    type: 'text',
    isNullable: true,
    isInListIndex: false,
    indexed: kindsOfFailures,
  },
  MODEL: { description: '`model`.', sql: '', type: 'text', isNullable: true, isInListIndex: false },
  REFERENCE: indexedText('reference', '`reference`.'),
  RESPONSE: json('response', 'response'),
  SUBMITTED: json('submitted', 'submitted'),
  RUN_DATA: json('runData', 'runData'),
} as const satisfies Readonly<Record<string, DimensionRow>>;

export type DimensionName = keyof typeof dimensions;

export interface GroupDimension {
  readonly by: DimensionName;
  /** A JSON Pointer, only for dimensions with a `source`. */
  readonly path?: string;
  /** Location of the model in a run's JSON, only for `MODEL`. */
  readonly modelPointer?: ModelPointer;
}

export type Dimension = GroupDimension | Buckets;

export function isBuckets(dimension: Dimension): dimension is Buckets {
  return 'timeZone' in dimension;
}

export function dimensionRow({ by }: GroupDimension): DimensionRow {
  return dimensions[by];
}

/** Returns a key that identifies a dimension. */
export function dimensionName(dimension: Dimension): string {
  return isBuckets(dimension) ? `${dimension.by} ${dimension.timeZone}` : `${dimension.by} ${dimension.path ?? ''}`;
}

export function isJson(dimension: Dimension): boolean {
  return !isBuckets(dimension) && dimensionRow(dimension).type === 'jsonb';
}

/**
 * Returns SQL for the value of the row `run` in a dimension. For buckets, this is the start, or null outside all
 * buckets.
 * @param joined the values joined from other indexes
 */
export function valueInDimension(dimension: Dimension, add: Add, joined: readonly IndexedValues[]): string {
  if (isBuckets(dimension)) return startOfBucket(dimension, 'run.created', add);
  const row = dimensionRow(dimension);
  if (row.indexed && joined.includes(row.indexed)) return `${row.indexed.alias}.value COLLATE "C"`;
  if (dimension.modelPointer !== undefined) return `${modelAtPointer(dimension.modelPointer, add)} COLLATE "C"`;
  if (row.source === undefined) return row.sql;
  return `coalesce(${valueAtPointer({ source: row.source, pointer: dimension.path! }, add)}, ${fillers.jsonb})`;
}

/** Returns SQL that joins the runs `run` with the projects of their tasks if a dimension needs them. */
export function joinProjects(dimensions: readonly Dimension[], projects: ScopeProjects, add: Add): string {
  if (!dimensions.some(({ by }) => by === 'PROJECT')) return '';
  if (typeof projects === 'string')
    return ` CROSS JOIN (VALUES (${add(projects, 'uuid')})) AS project_of_task (project_id)`;
  const columns = [projects.keys(), projects.values()].map((ids) => add([...ids], 'uuid[]'));
  return ` JOIN unnest(${columns.join(', ')}) AS project_of_task (task_id, project_id) ON project_of_task.task_id = run.task_id`;
}

/** Returns the values to join with a range's runs, or none if any dimension requires reading the table. */
export function indexedValuesOf(dimensions: readonly Dimension[]): readonly IndexedValues[] {
  const found: IndexedValues[] = [];
  for (const dimension of dimensions) {
    if (isBuckets(dimension) || dimensionRow(dimension).isInListIndex) continue;
    const values = dimensionRow(dimension).indexed;
    if (values === undefined) return [];
    found.push(values);
  }
  return found;
}

/** Returns SQL that compares two values for equality with a hashable operator. */
export function sameInDimension(dimension: Dimension, one: string, other: string): string {
  if (isBuckets(dimension) || !dimensionRow(dimension).isNullable) return `${one} = ${other}`;
  const filler = fillers[dimensionRow(dimension).type];
  return `(${one} IS NULL) = (${other} IS NULL) AND coalesce(${one}, ${filler}) = coalesce(${other}, ${filler})`;
}

/** SQL for a group's columns. */
export interface GroupColumns {
  readonly key: string;
  /** For a JSON dimension, the smallest text among equal values, which may differ in the scale of numbers. */
  readonly text: string;
}

/** Returns SQL for the plain text of a JSON value: a string without quotes, or null for JSON null. */
const plainText = (text: string) => `(${text}::jsonb #>> '{}')`;

/** Returns SQL that orders groups with equal figures by their returned values. */
export function keyOrder(dimension: Dimension, { key, text }: GroupColumns): string {
  return isJson(dimension) ? `${plainText(text)} COLLATE "C", ${text}` : key;
}

/**
 * Returns SQL for a group's returned value. For a bucket, this is its start and, with `hasLabels`, a space and its
 * label.
 */
export function valueAsText(
  dimension: Dimension,
  { key, text }: GroupColumns,
  { hasLabels, add }: { readonly hasLabels: boolean; readonly add: Add },
): string {
  if (isBuckets(dimension)) return hasLabels ? startAndLabelAsText(dimension, key, add) : timestampSql(key);
  return isJson(dimension) ? `left(${plainText(text)}, ${limits.groupValueLength.value})` : `${key}::text`;
}
