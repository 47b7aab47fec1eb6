// The projection of runs: the columns that a statement reads of each, and the query that returns them. In the layout
// `joined`, the result has an array for each property, and a text with a line per run for JSON: the gateway reads these at
// far less cost than rows. In the layout `single`, each run is a row with an object of its values.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import {
  column,
  type Fragment,
  join,
  joinColumns,
  type NamedColumn,
  over,
  raw,
  rowsOf,
  sql,
} from '../../database/fragment.js';
import { jsonColumns, jsonRows } from '../../database/json-object.js';
import { FieldGroup, type FieldGroups, type RunSelection, wholeJsonGroups } from './field-groups.js';
import { jsonGroups, type ProjectionOptions, ProjectionParts } from './projection-parts.js';

/** How a statement reads runs, and returns those that `toRuns` converts. */
export interface RunProjection {
  /** The columns of the rows `run` that the query reads, over a row `run` of the table of runs. */
  readonly columns: readonly NamedColumn[];
  /** The bytes of the JSON texts that are read of a row `run`; null: none are. */
  readonly jsonBytes: Fragment | null;
  /**
   * Returns the query over rows with these columns, without its WHERE.
   * @param rows SQL: a table or a query in parentheses
   * @param facts the further columns of these rows
   * @throws Error with the name of a column that the query needs and the rows lack
   */
  queryOver(rows: string, facts: readonly string[]): Fragment;
}

/** A part of the runs of a statement, which is a row of its result. */
export interface Chunks {
  readonly groupBy: Fragment;
  /** Whether the row has the relations of all runs. */
  readonly hasRelations: Fragment;
}

/**
 * Returns the projection for all runs of the table `read_run` in one row, or in one for each chunk. It reads relations of all
 * runs together.
 */
export function joinedProjection(options: ProjectionOptions, chunks?: Chunks): RunProjection {
  const parts = new ProjectionParts(options);
  const { fieldGroups, isSelected } = parts;
  const members = joinColumns(
    [...parts.scalars(), ...parts.previews(), ...parts.pointerValues(null)],
    (name, value) => `'${name}', json_agg(${value})`,
  );
  // Line breaks never occur in JSON from the database.
  const lines = parts
    .jsonTexts(null)
    .map(([name, value]): NamedColumn => [name, sql`string_agg(coalesce(${value}, ''), E'\\n')`]);
  const keysOfRuns = (group: FieldGroups, key: string) =>
    sql`ANY (ARRAY(SELECT DISTINCT ${column('run', key)} FROM read_run AS run WHERE ${isSelected(group)}))`;
  const onceForAll = (relation: Fragment) =>
    chunks ? sql`CASE WHEN ${chunks.hasRelations} THEN (${relation}) END` : sql`(${relation})`;
  const relations = relationColumns(fieldGroups, {
    groups: onceForAll(sql`SELECT ${jsonColumns(ReportingGroupEntity, 'reporting_group')} FROM reporting_group
    WHERE id = ${keysOfRuns(FieldGroup.reportingGroup, 'reportingGroupId')}`),
    files: onceForAll(sql`SELECT ${jsonColumns(TaskRunFileEntity, 'file')} FROM (
    SELECT * FROM task_run_file WHERE task_run_id = ${keysOfRuns(FieldGroup.files, 'id')} ORDER BY task_run_id, position
  ) AS file`),
  });
  return {
    columns: parts.columns,
    jsonBytes: parts.jsonBytes(),
    queryOver(rows, facts) {
      const previewed = parts.withPreviewedBytes(rows, facts);
      return over(
        [rowsOf('run', parts.columns, facts, previewed.columns)],
        sql`
SELECT json_build_object(${members}) AS runs${furtherColumns([...lines, ...relations])}
FROM ${previewed.sql} AS run${chunks ? sql` GROUP BY ${chunks.groupBy}` : ''}`,
      );
    },
  };
}

/**
 * Returns the projection of runs in a row for each, with its own relations.
 * @param byteLimit SQL: the byte limit for JSON of all rows, beyond which fields are omitted; null without a limit
 */
export function singleProjection(options: ProjectionOptions, byteLimit: string | null = null): RunProjection {
  const parts = new ProjectionParts(options);
  const { fieldGroups, isSelected } = parts;
  const members = joinColumns(
    [...parts.scalars(), ...parts.previews(), ...parts.pointerValues(byteLimit)],
    (name, value) => `'${name}', ${value}`,
  );
  const relations = relationColumns(fieldGroups, {
    groups: sql`(SELECT ${jsonRows(ReportingGroupEntity, 'reporting_group')} FROM reporting_group
    WHERE id = ${column('run', 'reportingGroupId')} AND ${isSelected(FieldGroup.reportingGroup)})`,
    files: sql`(SELECT ${jsonRows(TaskRunFileEntity, 'file')} FROM (
    SELECT * FROM task_run_file WHERE task_run_id = ${column('run', 'id')} AND ${isSelected(FieldGroup.files)} ORDER BY task_run_id, position
  ) AS file)`,
  });
  return {
    columns: parts.columns,
    jsonBytes: parts.jsonBytes(),
    queryOver(rows, facts) {
      const limited = byteLimit === null ? { sql: raw(rows), columns: [] } : parts.withBytesBefore(rows, byteLimit);
      const previewed = parts.withPreviewedBytes(limited.sql, facts);
      return over(
        [rowsOf('run', parts.columns, facts, limited.columns, previewed.columns)],
        sql`
SELECT json_build_object(${members}) AS runs${furtherColumns([...parts.jsonTexts(byteLimit), ...relations])}
FROM ${previewed.sql} AS run`,
      );
    },
  };
}

function relationColumns(
  fieldGroups: FieldGroups,
  { groups, files }: { readonly groups: Fragment; readonly files: Fragment },
): NamedColumn[] {
  return [
    ...(fieldGroups & FieldGroup.reportingGroup ? [['groups', groups] as const] : []),
    ...(fieldGroups & FieldGroup.files ? [['files', files] as const] : []),
  ];
}

function furtherColumns(columns: readonly NamedColumn[]): Fragment {
  return join(
    columns.map(([name, value]) => sql`,\n  ${value} AS "${name}"`),
    '',
  );
}

/** Whether the selection returns JSON of any size, unlike previews and sizes. */
export function includesJson({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & wholeJsonGroups) !== 0 || pointers.length > 0;
}

/** Whether any JSON is read for a selection. */
export function readsJson({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & jsonGroups) !== 0 || pointers.length > 0;
}
