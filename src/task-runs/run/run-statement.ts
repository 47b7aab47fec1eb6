// The statement that reads runs by path. For each key, it returns the facts for the policy and the run. Its text
// depends on the selections of all keys. A run is not looked up for a subject that sees none of the task's runs, so
// that the statement's duration does not reveal whether the run exists.

import type { RoleSet } from '../../access/policy.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import {
  column,
  columnList,
  columnsOfRow,
  type Fragment,
  type NamedColumn,
  over,
  raw,
  rowsOf,
  sql,
  textOf,
} from '../../database/fragment.js';
import { type KeyColumn, KeyedStatement, type KeyedText, type RequestRows } from '../../database/keyed-statement.js';
import type { BoundStatement } from '../../database/statements.js';
import { type RunRequest, type RunsRow, toRuns } from '../columns/columnar-run.js';
import { FieldGroup, type FieldGroups, previewGroups } from '../columns/field-groups.js';
import { toPointerParameter } from '../columns/json-pointer.js';
import { runRows, type ScopeKind } from '../columns/payload.js';
import { joinedProjection, singleProjection } from '../columns/projection.js';
import { jsonGroups, type ProjectionOptions, type RowSelection } from '../columns/projection-parts.js';
import type { TaskRunRecord } from '../columns/records.js';
import type { RunPath } from '../columns/run-path.js';
import { type Relations, toRelations } from '../columns/run-relations.js';
import { pathJoins, pathRows, seesPayloadOfAll, seesUsageOfAll } from '../visibility/roles-in-sql.js';

/** A path requested on behalf of a subject. */
export interface RunKey extends RunRequest {
  readonly path: RunPath;
  readonly subject: string;
  /** The subject in the form stored as a run's executor, or null if it executes no runs. */
  readonly userId: string | null;
  /** Whether the request named the task, which allows an error to name the roles on it. */
  readonly namesTask: boolean;
  /** The runs that the reader's caller needs. */
  readonly scopeKind: ScopeKind;
  /**
   * Whether the statement finds every run of a task on which the subject is an analyst. If so, no payload is selected.
   */
  readonly isUsageOnly?: boolean;
}

/** The policy's facts about a key, and whether its run exists. */
interface RunFacts {
  /** The subject's roles on the valid beginning of the path. */
  readonly roles: RoleSet;
  /** The task's run visibility, or null if the path does not exist. */
  readonly visibility: RunVisibility | null;
  readonly executed: boolean;
  /** Size of the run's JSON if it exceeded the limit and was omitted, or null. */
  readonly tooLargeBytes: number | null;
}

/** The statement's result for a key. */
export interface RunResult extends RunFacts {
  readonly run: TaskRunRecord | null;
  /** The relations of all runs in the statement. */
  readonly relations: Relations;
}

export interface ByteLimit {
  readonly bytes: number;
  readonly perField: boolean;
}

/** The variants of the statement's text. */
interface Variant {
  /** Whether the statement reads a single key, whose values are not passed as arrays. */
  readonly isSingle: boolean;
  readonly perField: boolean;
  /** The union of all keys' field groups. */
  readonly fieldGroups: FieldGroups;
  readonly hasPointers: boolean;
  /** Whether any key selects its run's model. */
  readonly hasModel: boolean;
  readonly isUsageOnly: boolean;
}

const pathColumns: readonly KeyColumn<RunKey>[] = [
  ['org_id', 'uuid', ({ path }) => path.orgId],
  ['project_id', 'uuid', ({ path }) => path.projectId],
  ['task_id', 'uuid', ({ path }) => path.taskId],
  ['id', 'uuid', ({ path }) => path.id],
  ['subject', 'text', ({ subject }) => subject],
  ['user_id', 'uuid', ({ userId }) => userId],
];
const fieldGroupsColumn: KeyColumn<RunKey> = ['field_groups', 'integer', ({ selection }) => selection.fieldGroups];
const pointersColumn: KeyColumn<RunKey> = [
  'pointers',
  'jsonb',
  ({ selection }) => toPointerParameter(selection.pointers),
];
const previewLengthColumn: KeyColumn<RunKey> = [
  'preview_length',
  'integer',
  ({ selection }) => selection.previewLength ?? 0,
];

/** Returns the key columns that the SQL refers to. Unselected parts cost a key nothing. */
function selectionColumns({ isSingle, fieldGroups, hasPointers }: Variant): KeyColumn<RunKey>[] {
  const perKey = isSingle ? jsonGroups : jsonGroups | relationGroups;
  return [
    ...(fieldGroups & perKey ? [fieldGroupsColumn] : []),
    ...(hasPointers ? [pointersColumn] : []),
    ...(fieldGroups & previewGroups ? [previewLengthColumn] : []),
  ];
}

const relationGroups = FieldGroup.reportingGroup | FieldGroup.files;
/** JSON groups without previews and failure kinds, so that reads without them pay nothing. */
const storedJsonGroups = jsonGroups & ~previewGroups & ~FieldGroup.failure;
const facts = ['roles', 'visibility', 'executed', 'tooLargeBytes'] as const satisfies readonly (keyof RunFacts)[];
/** The key's position, from 1, in a statement for several keys. */
const positionColumn = 'position';

/** Measured: a string of a megabyte or more costs the database several times as much as its parts do. */
const runsPerRow = 32;

const statement = new KeyedStatement<RunKey>('task_runs_by_path');

/**
 * Binds the statement to keys, which must be either all or none for usage only. If a run's JSON exceeds the byte limit,
 * it is omitted completely or, for a single key, only in the fields beyond the limit.
 */
export function bindRuns(keys: readonly RunKey[], { bytes, perField }: ByteLimit): BoundStatement {
  const fieldGroups = keys.reduce<FieldGroups>((all, { selection }) => all | selection.fieldGroups, FieldGroup.none);
  const hasPointers = keys.some(({ selection }) => selection.pointers.length > 0);
  const variant: Variant = {
    isSingle: keys.length === 1,
    perField,
    // Connections keep every statement, so the number of different statements is kept small. Each key has parameters
    // for the JSON that it selects.
    fieldGroups: normalizeFieldGroups(fieldGroups),
    hasPointers,
    hasModel: keys.some(({ selection }) => selection.pointers.some(({ isModel }) => isModel)),
    isUsageOnly: keys[0]!.isUsageOnly ?? false,
  };
  return statement.bind(keys, nameOf(variant), isLimited(variant) ? [bytes] : [], () => textOfVariant(variant));
}

/** Returns one result per key, in order. @param rows from the statement that is bound to these keys */
export function toRunResults(rows: readonly RunsRow[], keys: readonly RunKey[]): RunResult[] {
  return keys.length === 1 ? [toSingleResult(rows[0]!, keys[0]!)] : toResults(rows, keys);
}

function nameOf({ isSingle, perField, fieldGroups, hasPointers, hasModel, isUsageOnly }: Variant): number {
  const allFlags = [isSingle, perField, hasPointers, hasModel, isUsageOnly];
  const flags = allFlags.reduce((bits, flag) => 2 * bits + Number(flag), 0);
  return fieldGroups * 2 ** allFlags.length + flags;
}

function normalizeFieldGroups(fieldGroups: FieldGroups): FieldGroups {
  return (
    fieldGroups | (fieldGroups & storedJsonGroups && storedJsonGroups) | (fieldGroups & previewGroups && previewGroups)
  );
}

/** Whether the byte limit is a parameter. */
function isLimited({ perField, fieldGroups, hasPointers }: Variant): boolean {
  return perField || (fieldGroups & jsonGroups) !== 0 || hasPointers;
}

function textOfVariant(variant: Variant): KeyedText<RunKey> {
  return {
    columns: [...pathColumns, ...selectionColumns(variant)],
    isSingle: variant.isSingle,
    constantTypes: isLimited(variant) ? ['bigint'] : [],
    compose: (request, [byteLimit]) => compose(variant, request, byteLimit!),
  };
}

/** @param byteLimit SQL */
function compose(variant: Variant, request: RequestRows, byteLimit: string): string {
  const { isSingle, perField, fieldGroups, hasPointers, hasModel, isUsageOnly } = variant;
  const selectionOf = (row: string): RowSelection => ({
    // The SQL for a single key contains relations only if the key selects them.
    isSelected: (groups) =>
      isSingle && groups & relationGroups ? raw('true') : sql`${column(row, 'field_groups')} & ${String(groups)} <> 0`,
    pointers: hasPointers ? column(row, 'pointers') : null,
  });
  const selectionNames = selectionColumns(variant).map(([name]) => name);
  const keyFacts = columnsOfRow('request', isSingle ? selectionNames : [positionColumn, ...selectionNames]);
  const options: ProjectionOptions = {
    fieldGroups,
    ...selectionOf('run'),
    keySelection: selectionOf('request'),
    ...(perField ? {} : { omitsJson: sql`${column('run', 'tooLargeBytes')} IS NOT NULL` }),
    hasModel,
    previewLength: fieldGroups & previewGroups ? column('run', 'preview_length') : null,
    returnedFacts: isSingle ? facts : [positionColumn, ...facts],
  };
  const position = column('run', positionColumn);
  const projection = isSingle
    ? singleProjection(options, perField ? byteLimit : null)
    : joinedProjection(options, {
        groupBy: sql`(${position} - 1) / ${String(runsPerRow)}`,
        hasRelations: sql`min(${position}) = 1`,
      });
  const jsonBytes = perField ? null : projection.jsonBytes;
  const tooLargeBytes =
    jsonBytes === null
      ? raw('NULL::bigint')
      : sql`CASE WHEN ${jsonBytesOfRun} > ${byteLimit} THEN ${jsonBytesOfRun} END`;
  const accessFacts: NamedColumn[] = [
    ['roles', sql`coalesce(${column('granted', 'roles')}, 0)`],
    ['visibility', column('task', 'run_visibility')],
    ['executed', sql`coalesce(${column('run', 'user_id')} = ${column('request', 'user_id')}, false)`],
    ['tooLargeBytes', tooLargeBytes],
  ];
  const byteColumns: NamedColumn[] = jsonBytes === null ? [] : [['json_bytes', jsonBytes]];
  const rows = over(
    [request, ...pathRows, rowsOf('run', runRows.columns, byteColumns)],
    sql`
  SELECT ${columnList([...keyFacts, ...accessFacts, ...projection.columns])}
  FROM ${request.from}
  ${pathJoins}
  ${joinVisibleRun(byteColumns, isUsageOnly)}`,
  );
  const names = [...keyFacts, ...accessFacts].map(([name]) => name);
  return isSingle
    ? textOf(projection.queryOver(`(${textOf(rows)})`, names))
    : textOf(sql`WITH read_run AS MATERIALIZED (${rows})${projection.queryOver('read_run', names)}`);
}

const jsonBytesOfRun = column('run', 'json_bytes');

/**
 * Joins the run at the path. OFFSET 0 keeps the planner from looking it up before it has tested the conditions that do
 * not use its columns, which hold for either all or none of the task's runs.
 * @param columns additional columns, over a row `run` of the table of runs
 */
function joinVisibleRun(columns: readonly NamedColumn[], isUsageOnly: boolean): Fragment {
  const seesAll = isUsageOnly ? seesUsageOfAll : seesPayloadOfAll;
  const isOwn = sql`${column('run', 'user_id')} = ${column('request', 'user_id')}`;
  return sql`LEFT JOIN LATERAL (
    SELECT run.*${columns.length === 0 ? '' : sql`, ${columnList(columns)}`} FROM task_run AS run
    WHERE ${column('run', 'id')} = ${column('request', 'id')} AND ${column('run', 'task_id')} = ${column('task', 'id')}
      AND ${column('granted', 'roles')} IS NOT NULL AND (${seesAll} OR ${column('request', 'user_id')} IS NOT NULL)
      AND (${seesAll} OR ${isOwn})
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
    for (const [index, run] of toRuns(row, (runIndex) => keys[keyAt(runIndex)]!).entries()) {
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
