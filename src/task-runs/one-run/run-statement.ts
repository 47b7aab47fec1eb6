// The statement that reads runs by path: for each key, it returns the facts for the policy, and the run. Its text
// depends on the selections of all keys. A run is not looked up for a subject that sees none of its task, so that the
// time of the statement does not reveal whether the run exists.

import type { RoleSet } from '../../access/policy.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import {
  type BoundStatement,
  createStatementFactory,
  hideFromPlanner,
  type Statement,
} from '../../database/statements.js';
import { type RunRequest, type RunsRow, toRuns } from '../record/columnar-run.js';
import { FieldGroup, type FieldGroups, previewGroups } from '../record/field-groups.js';
import { toPointerParameter } from '../record/json-pointer.js';
import type { ScopeKind } from '../record/payload.js';
import { jsonGroups, toProjection } from '../record/projection.js';
import type { TaskRunRecord } from '../record/records.js';
import type { RunPath } from '../record/run-path.js';
import { type Relations, toRelations } from '../record/run-relations.js';
import { hasAnalyst, minRolesForAllRuns, pathJoins } from '../scope/roles-in-sql.js';

/** A path, on behalf of a subject. */
export interface RunKey extends RunRequest {
  readonly path: RunPath;
  readonly subject: string;
  /** The subject in the form of a run's executor; null: it executes no runs. */
  readonly userId: string | null;
  /** Whether the request named the task, so that an error may name the roles on it. */
  readonly namesTask: boolean;
  /** The runs that the caller of the reader needs. */
  readonly scopeKind: ScopeKind;
  /** Whether the statement finds any run of a task whose analyst the subject is. Then no payload is selected. */
  readonly isUsageOnly?: boolean;
}

/** The facts for the policy about a key, and whether its run exists. */
interface RunFacts {
  /** The subject's roles on the true beginning of the path. */
  readonly roles: RoleSet;
  /** null: the path does not exist. */
  readonly visibility: RunVisibility | null;
  readonly executed: boolean;
  /** The size of the run's JSON if it exceeds the limit and was omitted; null: it was not. */
  readonly tooLargeBytes: number | null;
}

/** The result of the statement for a key. */
export interface RunResult extends RunFacts {
  readonly run: TaskRunRecord | null;
  /** The relations of all runs of the statement. */
  readonly relations: Relations;
}

export interface ByteLimit {
  readonly bytes: number;
  readonly perField: boolean;
}

/** The variants of the statement's text. */
interface Variant {
  /** Whether it is for a single key, whose values are no arrays. */
  readonly isSingle: boolean;
  readonly perField: boolean;
  /** The field groups of all keys together. */
  readonly fieldGroups: FieldGroups;
  readonly hasPointers: boolean;
  /** Whether a key selects the model of its run. */
  readonly hasModel: boolean;
  readonly isUsageOnly: boolean;
}

type KeyColumn = readonly [column: string, type: string, toValue: (key: RunKey) => unknown];

const pathColumns: readonly KeyColumn[] = [
  ['org_id', 'uuid', ({ path }) => path.orgId],
  ['project_id', 'uuid', ({ path }) => path.projectId],
  ['task_id', 'uuid', ({ path }) => path.taskId],
  ['id', 'uuid', ({ path }) => path.id],
  ['subject', 'text', ({ subject }) => subject],
  ['user_id', 'uuid', ({ userId }) => userId],
];
const fieldGroupsColumn: KeyColumn = ['field_groups', 'integer', ({ selection }) => selection.fieldGroups];
const pointersColumn: KeyColumn = ['pointers', 'jsonb', ({ selection }) => toPointerParameter(selection.pointers)];
const previewLengthColumn: KeyColumn = ['preview_length', 'integer', ({ selection }) => selection.previewLength ?? 0];

/** Returns the columns of keys that the text refers to. Unselected parts cost a key nothing. */
function selectionColumns({ isSingle, fieldGroups, hasPointers }: Variant): KeyColumn[] {
  const perKey = isSingle ? jsonGroups : jsonGroups | relationGroups;
  return [
    ...(fieldGroups & perKey ? [fieldGroupsColumn] : []),
    ...(hasPointers ? [pointersColumn] : []),
    ...(fieldGroups & previewGroups ? [previewLengthColumn] : []),
  ];
}

const relationGroups = FieldGroup.reportingGroup | FieldGroup.files;
/** JSON groups without previews and kinds of failures, so that reads without them pay nothing. */
const storedJsonGroups = jsonGroups & ~previewGroups & ~FieldGroup.failure;
const accessColumns = [
  'roles',
  'visibility',
  'executed',
  'tooLargeBytes',
] as const satisfies readonly (keyof RunFacts)[];
/** The position of the key, from 1, in a statement for several keys. */
const positionColumn = 'position';

/** Measured: a text of a megabyte or more costs the database several times as much as its parts. */
const runsPerRow = 32;

const toStatement = createStatementFactory('task_runs_by_path');
/** The variants of the statement, each composed once. */
const composedVariants = new Map<number, ComposedStatement>();

/**
 * Binds the statement to keys, all or none of which are for usage only. If a run's JSON exceeds the byte limit, all of it is omitted, or, for a single key, the
 * fields beyond the limit.
 */
export function bindRuns(keys: readonly RunKey[], { bytes, perField }: ByteLimit): BoundStatement {
  const fieldGroups = keys.reduce<FieldGroups>((all, { selection }) => all | selection.fieldGroups, FieldGroup.none);
  const { isSingle, keyColumns, hasByteLimit, statement } = statementOf({
    isSingle: keys.length === 1,
    perField,
    // Connections keep every text, so there are few: each key has parameters for the JSON that it selects.
    fieldGroups: normalizeFieldGroups(fieldGroups),
    hasPointers: keys.some(({ selection }) => selection.pointers.length > 0),
    hasModel: keys.some(({ selection }) => selection.pointers.some(({ isModel }) => isModel)),
    isUsageOnly: keys[0]!.isUsageOnly ?? false,
  });
  const values = keyColumns.map(([, , toValue]) => (isSingle ? toValue(keys[0]!) : keys.map(toValue)));
  return { statement, values: hasByteLimit ? [...values, bytes] : values };
}

/** Returns a result for each key, in their order. @param rows of the statement that is bound to these keys */
export function toRunResults(rows: readonly RunsRow[], keys: readonly RunKey[]): RunResult[] {
  return keys.length === 1 ? [toSingleResult(rows[0]!, keys[0]!)] : toResults(rows, keys);
}

function statementOf(variant: Variant): ComposedStatement {
  const { isSingle, perField, fieldGroups, hasPointers, hasModel, isUsageOnly } = variant;
  const allFlags = [isSingle, perField, hasPointers, hasModel, isUsageOnly];
  const flags = allFlags.reduce((bits, flag) => 2 * bits + Number(flag), 0);
  const key = fieldGroups * 2 ** allFlags.length + flags;
  let statement = composedVariants.get(key);
  if (statement === undefined) {
    statement = compose(variant);
    composedVariants.set(key, statement);
  }
  return statement;
}

function normalizeFieldGroups(fieldGroups: FieldGroups): FieldGroups {
  return (
    fieldGroups | (fieldGroups & storedJsonGroups && storedJsonGroups) | (fieldGroups & previewGroups && previewGroups)
  );
}

interface ComposedStatement {
  readonly isSingle: boolean;
  readonly statement: Statement;
  /** The columns of keys, in the order of the parameters. */
  readonly keyColumns: readonly KeyColumn[];
  /** Whether the last parameter is the byte limit. */
  readonly hasByteLimit: boolean;
}

function compose(variant: Variant): ComposedStatement {
  const { isSingle, perField, fieldGroups, hasPointers, hasModel, isUsageOnly } = variant;
  const ofSelection = selectionColumns(variant);
  const keyColumns = [...pathColumns, ...ofSelection];
  // A single key looks up only unique values, so the planner finds no better plan for these values.
  const toParameter = (sql: string) => (isSingle ? sql : hideFromPlanner(sql));
  const byteLimit = toParameter(`$${keyColumns.length + 1}::bigint`);
  const { columns, query, queryFrom, jsonBytes } = toProjection({
    fieldGroups,
    layout: isSingle ? 'single' : 'joined',
    // The text for a single key has relations only if the key selects them.
    isSelected: (groups) => (isSingle && groups & relationGroups ? 'true' : `field_groups & ${groups} <> 0`),
    ...(perField ? { byteLimit } : { omitsJson: '"tooLargeBytes" IS NOT NULL' }),
    pointers: hasPointers ? 'pointers' : null,
    hasModel,
    previewLength: fieldGroups & previewGroups ? 'preview_length' : null,
    ...(isSingle ? {} : { chunks: { groupBy: `(position - 1) / ${runsPerRow}`, hasRelations: 'min(position) = 1' } }),
    accessColumns: isSingle ? accessColumns : [positionColumn, ...accessColumns],
  });
  const parameters = keyColumns.map(([, type], index) => toParameter(`$${index + 1}::${type}${isSingle ? '' : '[]'}`));
  const names = keyColumns.map(([column]) => column);
  const request = isSingle
    ? `(SELECT ${parameters.map((value, index) => `${value} AS ${names[index]}`).join(', ')}) AS request`
    : `unnest(${parameters.join(', ')}) WITH ORDINALITY AS request (${names.join(', ')}, position)`;
  const isLimited = !perField && jsonBytes !== null;
  const rows = `
  SELECT
    ${[...(isSingle ? [] : [positionColumn]), ...ofSelection.map(([column]) => column)].map((column) => `${column}, `).join('')}coalesce(granted.roles, 0) AS roles,
    task.run_visibility AS visibility, coalesce(run.user_id = request.user_id, false) AS executed,
    ${isLimited ? `CASE WHEN run.json_bytes > ${byteLimit} THEN run.json_bytes END` : 'NULL::bigint'} AS "tooLargeBytes",
    ${columns}
  FROM ${request}
  ${pathJoins}
  ${joinVisibleRun(isLimited ? `run.*, ${jsonBytes} AS json_bytes` : 'run.*', isUsageOnly)}`;
  return {
    isSingle,
    statement: toStatement(isSingle ? queryFrom(`(${rows})`) : `WITH read_run AS MATERIALIZED (${rows})${query}`),
    keyColumns,
    hasByteLimit: perField || isLimited,
  };
}

/**
 * Returns SQL that joins the run at the path. OFFSET 0 keeps the planner from looking it up before it has tested the
 * conditions without a column of the run, which hold for all runs of the task or none.
 */
function joinVisibleRun(columns: string, isUsageOnly: boolean): string {
  const seesPayload = `granted.roles >= ${minRolesForAllRuns}`;
  const seesAll = isUsageOnly ? `(${seesPayload} OR ${hasAnalyst('granted.roles')})` : seesPayload;
  return `LEFT JOIN LATERAL (
    SELECT ${columns} FROM task_run AS run
    WHERE run.id = request.id AND run.task_id = task.id
      AND granted.roles IS NOT NULL AND (${seesAll} OR request.user_id IS NOT NULL)
      AND (${seesAll} OR run.user_id = request.user_id)
    OFFSET 0
  ) AS run ON true`;
}

function toSingleResult(row: RunsRow, key: RunKey): RunResult {
  const { roles, visibility, executed, tooLargeBytes } = row.runs as unknown as RunFacts;
  const [run = null] = toRuns(row, () => key);
  return { roles, visibility, executed, tooLargeBytes, run, relations: toRelations(row) };
}

type RunFactColumns = {
  readonly [Name in keyof RunFacts | 'position']: readonly (RunFacts & { position: number })[Name][];
};

/** Puts runs in the order of keys. The server returns them in any order, because sorting would copy all their JSON. */
function toResults(rows: readonly RunsRow[], keys: readonly RunKey[]): RunResult[] {
  const relations = toRelations(rows.find(({ groups, files }) => groups || files) ?? {});
  const results = new Array<RunResult>(keys.length);
  for (const row of rows) {
    const columns = row.runs as unknown as RunFactColumns;
    const keyAt = (index: number) => columns.position[index]! - 1;
    for (const [index, run] of toRuns(row, (each) => keys[keyAt(each)]!).entries()) {
      results[keyAt(index)] = {
        roles: columns.roles[index]!,
        visibility: columns.visibility[index]!,
        executed: columns.executed[index]!,
        tooLargeBytes: columns.tooLargeBytes[index]!,
        run,
        relations,
      };
    }
  }
  return results;
}
