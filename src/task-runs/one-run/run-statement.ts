// The statement that reads runs by path: for each key it brings the facts that the policy decides on, and the run. Its
// text depends on what any of the keys selects. A run that its subject may not see is not even looked at, so that nobody
// learns from the time it takes whether it exists.

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
import { jsonGroups, toProjection } from '../record/projection.js';
import type { TaskRunRecord } from '../record/records.js';
import type { RunPath } from '../record/run-path.js';
import { type Relations, toRelations } from '../record/run-relations.js';
import { minRankForAllRuns, pathJoins } from '../scope/roles-in-sql.js';

/** One path, on behalf of one subject. */
export interface RunKey extends RunRequest {
  readonly path: RunPath;
  readonly subject: string;
  /** The subject as runs name who executed them; null: it executes none. */
  readonly userId: string | null;
}

/** What the statement returns for one key. */
export interface RunResult {
  /** The rank in `rolesByRank`, from 1, of the subject's highest role on the true beginning of the path; 0: none. */
  readonly rank: number;
  /** null: the path is not a true chain. */
  readonly visibility: RunVisibility | null;
  readonly executed: boolean;
  /** Of the run's JSON, which is beyond the limit and was omitted; null: it is not. */
  readonly tooLargeBytes: number | null;
  readonly run: TaskRunRecord | null;
  /** Of all runs of the statement. */
  readonly relations: Relations;
}

interface BoundRunStatement extends BoundStatement {
  /** One result for each key, in their order. */
  toResults(rows: readonly RunsRow[]): RunResult[];
}

interface ByteLimit {
  readonly bytes: number;
  readonly perField: boolean;
}

/** What the texts of the statement differ in. */
interface Variant {
  /** For one key, whose values then are no arrays. */
  readonly isSingle: boolean;
  readonly perField: boolean;
  /** Of any key. */
  readonly fieldGroups: FieldGroups;
  readonly hasPointers: boolean;
}

type KeyColumn = readonly [column: string, type: string, toValue: (key: RunKey) => unknown];

const baseKeyColumns: readonly KeyColumn[] = [
  ['org_id', 'uuid', ({ path }) => path.orgId],
  ['project_id', 'uuid', ({ path }) => path.projectId],
  ['task_id', 'uuid', ({ path }) => path.taskId],
  ['id', 'uuid', ({ path }) => path.id],
  ['subject', 'text', ({ subject }) => subject],
  ['user_id', 'uuid', ({ userId }) => userId],
  ['field_groups', 'integer', ({ selection }) => selection.fieldGroups],
  ['pointers', 'jsonb', ({ selection }) => toPointerParameter(selection.pointers)],
];
const previewKeyColumns: readonly KeyColumn[] = [
  ...baseKeyColumns,
  ['preview_length', 'integer', ({ selection }) => selection.previewLength ?? 0],
];
const keyColumnsOf = ({ fieldGroups }: Pick<Variant, 'fieldGroups'>) =>
  fieldGroups & previewGroups ? previewKeyColumns : baseKeyColumns;
/** Most reads have no previews, and pay nothing for them. */
const wholeJsonGroups = jsonGroups & ~previewGroups;
const accessColumns = ['position', 'rank', 'visibility', 'executed', 'tooLargeBytes'] as const;

/** Measured: a text of a megabyte and more costs the database several times what it costs in parts. */
const runsPerRow = 32;

/**
 * Binds the statement to keys. A run's JSON beyond the limit of bytes is omitted: all of it, or for a key alone what goes
 * beyond, field by field.
 */
export function createRunStatements(): (keys: readonly RunKey[], limit: ByteLimit) => BoundRunStatement {
  const compose = createComposer();
  const statements = new Map<string, Statement>();

  return (keys, { bytes, perField }) => {
    const fieldGroups = keys.reduce<FieldGroups>((all, { selection }) => all | selection.fieldGroups, FieldGroup.none);
    const variant = {
      isSingle: keys.length === 1,
      perField,
      // Each connection remembers every text, so there are few of them: each key specifies which JSON it is read for.
      fieldGroups: normalizeFieldGroups(fieldGroups),
      hasPointers: keys.some(({ selection }) => selection.pointers.length > 0),
    };
    const valuesOf = (toValue: (key: RunKey) => unknown) => (variant.isSingle ? toValue(keys[0]!) : keys.map(toValue));
    return {
      statement: statementOf(variant),
      values: [...keyColumnsOf(variant).map(([, , toValue]) => valuesOf(toValue)), bytes],
      toResults: (rows) => toRunResults(rows, keys),
    };
  };

  function statementOf(variant: Variant): Statement {
    const key = Object.values(variant).join();
    const statement = statements.get(key) ?? compose(variant);
    statements.set(key, statement);
    return statement;
  }
}

function normalizeFieldGroups(fieldGroups: FieldGroups): FieldGroups {
  return [wholeJsonGroups, previewGroups].reduce((all, mask) => (fieldGroups & mask ? all | mask : all), fieldGroups);
}

function createComposer(): (variant: Variant) => Statement {
  const toStatement = createStatementFactory('task_runs_by_path');

  return ({ isSingle, perField, fieldGroups, hasPointers }) => {
    const keyColumns = keyColumnsOf({ fieldGroups });
    const hasPreviews = (fieldGroups & previewGroups) !== 0;
    const byteLimit = hideFromPlanner(`$${keyColumns.length + 1}::bigint`);
    const { columns, query, jsonBytes } = toProjection({
      fieldGroups,
      form: isSingle ? 'single' : 'joined',
      isSelected: (groups) => `field_groups & ${groups} <> 0`,
      ...(perField ? { byteLimit } : { omitsJson: '"tooLargeBytes" IS NOT NULL' }),
      pointers: hasPointers ? 'pointers' : null,
      previewLength: hasPreviews ? 'preview_length' : null,
      ...(isSingle ? {} : { chunks: { groupBy: `(position - 1) / ${runsPerRow}`, hasRelations: 'min(position) = 1' } }),
      accessColumns,
    });
    const parameters = keyColumns.map(([, type], index) =>
      hideFromPlanner(`$${index + 1}::${type}${isSingle ? '' : '[]'}`),
    );
    const names = keyColumns.map(([column]) => column);
    const keys = isSingle
      ? `(SELECT ${parameters.map((value, index) => `${value} AS ${names[index]}`).join(', ')}, 1 AS position) AS request`
      : `unnest(${parameters.join(', ')}) WITH ORDINALITY AS request (${names.join(', ')}, position)`;
    return toStatement(`
WITH read_run AS MATERIALIZED (
  SELECT
    position, field_groups, pointers,${hasPreviews ? ' preview_length,' : ''} coalesce(granted.rank, 0) AS rank, task.run_visibility AS visibility,
    coalesce(run.user_id = request.user_id, false) AS executed,
    ${perField ? 'NULL::integer' : `CASE WHEN ${jsonBytes ?? 0} > ${byteLimit} THEN ${jsonBytes ?? 0} END`} AS "tooLargeBytes",
    ${columns}
  FROM ${keys}
  ${pathJoins}
  LEFT JOIN task_run AS run ON run.id = request.id AND run.task_id = task.id
    AND (granted.rank >= ${minRankForAllRuns} OR granted.rank IS NOT NULL AND run.user_id = request.user_id)
)${query}`);
  };
}

/** The runs come in whichever order the server finds them: sorting them there would copy all their JSON. */
function toRunResults(rows: readonly RunsRow[], keys: readonly RunKey[]): RunResult[] {
  const relations = toRelations(rows.find(({ groups, files }) => groups || files) ?? {});
  const results = new Array<RunResult>(keys.length);
  for (const row of rows) {
    const [positions, rank, visibility, executed, tooLargeBytes] = accessColumns.map((name) => row.runs[name]!);
    const keyAt = (index: number) => (positions![index] as number) - 1;
    for (const [index, run] of toRuns(row, (each) => keys[keyAt(each)]!).entries()) {
      results[keyAt(index)] = {
        rank: rank![index] as number,
        visibility: visibility![index] as RunVisibility | null,
        executed: executed![index] as boolean,
        tooLargeBytes: tooLargeBytes![index] as number | null,
        run,
        relations,
      };
    }
  }
  return results;
}
