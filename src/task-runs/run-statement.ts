// The statement that reads runs by path: for each asked path it brings the facts the policy decides on, and the run. Its
// text depends on what is wanted of any of them.

import type { DataSource } from 'typeorm';
import type { RunVisibility } from '../database/entities/task.entity.js';
import { createComposedStatements, type Statement, unseen } from '../database/statements.js';
import { joinsOfPath } from './highest-role-rank.js';
import { pickedTexts, toPickParameter } from './json-pick.js';
import type { TaskRunRecord } from './records.js';
import { createRunColumns, storedBytes } from './run-columns.js';
import { RunPart, type RunParts, type RunSelection } from './run-parts.js';
import type { RunPath } from './run-path.js';
import { toRunRecords } from './run-rows.js';

/** One asked path, on behalf of one subject. */
export interface RunKey {
  readonly path: RunPath;
  readonly subject: string;
  readonly selection: RunSelection;
}

/** What the statement answers for one key. */
export interface RunRow {
  /** The place in `rolesByRank`, from 1, of the subject's highest role on the true beginning of the path; 0: none. */
  readonly rank: number;
  /** null: the path is not a true chain. */
  readonly visibility: RunVisibility | null;
  readonly executed: boolean;
  /** The run's JSON is beyond the limit of bytes and was left out. */
  readonly isTooLarge: boolean;
  readonly run: TaskRunRecord | null;
}

/** Binds the statement to keys; a run's JSON beyond the limit of bytes is left out. */
export type BindRunStatement = (keys: readonly RunKey[], byteLimit: number) => BoundRunStatement;

interface BoundRunStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  /** The answers for the keys, in their order. */
  toRows(rows: readonly (readonly unknown[])[]): RunRow[];
}

/** What the texts of the statement differ in. */
interface Variant {
  /** For one key, whose values then are no arrays. */
  readonly isLone: boolean;
  /** Of any key. */
  readonly parts: RunParts;
  readonly hasPicks: boolean;
}

/** A text of the statement, and the names of the run's columns in it; the facts follow them. */
interface RunStatement extends Statement {
  readonly columnNames: readonly string[];
}

const parameterTypes = ['uuid', 'uuid', 'uuid', 'uuid', 'text', 'integer', 'jsonb'];
const askedColumns = ['org_id', 'project_id', 'task_id', 'id', 'subject', 'parts', 'picks'];

const anyJson = RunPart.response | RunPart.runData | RunPart.submitted | RunPart.responseBytes;

export function createRunStatements(dataSource: DataSource): BindRunStatement {
  const compose = createComposer(dataSource);
  const statements = new Map<string, RunStatement>();

  return (keys, byteLimit) => {
    const parts = keys.reduce<RunParts>((all, { selection }) => all | selection.parts, RunPart.none);
    const variant = {
      isLone: keys.length === 1,
      // Each connection remembers every text, so there are few of them: a key says itself which JSON it is read for.
      parts: parts & anyJson ? parts | anyJson : parts,
      hasPicks: keys.some(({ selection }) => selection.picks.length > 0),
    };
    const statement = statementOf(variant);
    const columns = [
      keys.map(({ path }) => path.orgId),
      keys.map(({ path }) => path.projectId),
      keys.map(({ path }) => path.taskId),
      keys.map(({ path }) => path.id),
      keys.map(({ subject }) => subject),
      keys.map(({ selection }) => selection.parts),
      keys.map(({ selection }) => toPickParameter(selection.picks)),
    ];
    return {
      statement,
      values: [...(variant.isLone ? columns.map(([value]) => value) : columns), byteLimit],
      toRows: (rows) => toRunRows(rows, statement.columnNames, keys),
    };
  };

  function statementOf(variant: Variant): RunStatement {
    const key = Object.values(variant).join();
    const statement = statements.get(key) ?? compose(variant);
    statements.set(key, statement);
    return statement;
  }
}

function createComposer(dataSource: DataSource): (variant: Variant) => RunStatement {
  const columns = createRunColumns(dataSource);
  const toStatement = createComposedStatements('task_runs_by_path');
  const isAsked = (part: RunParts) => `parts & ${part} <> 0`;

  return ({ isLone, parts, hasPicks }) => {
    const properties = columns.properties(parts);
    const hasJson = hasPicks || (parts & anyJson) !== 0;
    // Texts are made last: a table in between would hold them all.
    const texts = [
      ...columns
        .json(parts)
        .map(([part, name, sql]) => [name, `CASE WHEN ${isAsked(part)} AND NOT is_too_large THEN ${sql} END`] as const),
      ...(hasPicks ? [['picked', `CASE WHEN NOT is_too_large THEN ${pickedTexts('picks')} END`] as const] : []),
    ];
    const relations = columns.relations(parts, isAsked);
    const parameters = parameterTypes.map((type, index) => unseen(`$${index + 1}::${type}${isLone ? '' : '[]'}`));
    const asked = isLone
      ? `(SELECT ${parameters.map((value, index) => `${value} AS ${askedColumns[index]}`).join(', ')}, 1 AS position) AS asked`
      : `unnest(${parameters.join(', ')}) WITH ORDINALITY AS asked (${askedColumns.join(', ')}, position)`;
    const selected = [
      ...properties.map(([name]) => [name, `"${name}"`] as const),
      ...texts,
      ...relations.map(([name, sql]) => [name, `CASE WHEN position = 1 THEN ${sql} END`] as const),
    ];
    const text = `
WITH read_run AS (
  SELECT
    position, parts, picks, coalesce(granted.rank, 0) AS rank, task.run_visibility AS visibility,
    coalesce(run.user_id::text = asked.subject, false) AS executed,
    coalesce(${storedBytesAsked} > $8, false) AS is_too_large,
    ${properties.map(([name, sql]) => `${sql} AS "${name}"`).join(', ')}${hasJson ? ', run.response, run.run_data' : ''}
  FROM ${asked}
  ${joinsOfPath}
  LEFT JOIN task_run AS run ON run.id = asked.id AND run.task_id = task.id AND granted.rank IS NOT NULL
)
SELECT ${selected.map(([, sql]) => sql).join(', ')}, rank, visibility, executed, is_too_large
FROM read_run AS run
ORDER BY position`;
    return { ...toStatement(text), columnNames: selected.map(([name]) => name) };
  };
}

const storedBytesAsked = storedBytes
  .map(([some, sql]) => `CASE WHEN parts & ${some} <> 0 OR picks IS NOT NULL THEN ${sql} ELSE 0 END`)
  .join(' + ');

function toRunRows(
  rows: readonly (readonly unknown[])[],
  columnNames: readonly string[],
  keys: readonly RunKey[],
): RunRow[] {
  const runs = toRunRecords({ rows, columnNames }, (index) => keys[index]!);
  return rows.map((row, index) => {
    const [rank, visibility, executed, isTooLarge] = row.slice(columnNames.length) as Facts;
    return { rank, visibility, executed, isTooLarge, run: runs[index]! };
  });
}

type Facts = [RunRow['rank'], RunRow['visibility'], RunRow['executed'], RunRow['isTooLarge']];
