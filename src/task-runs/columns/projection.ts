// The projection of runs: the columns that a statement reads from each run, and the query that returns them. In the
// `joined` layout, the result has one array per property, and JSON as text with one line per run, which the gateway
// reads at a far lower cost than rows. In the `single` layout, each run is a row with an object of its values.

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

/** How a statement reads runs and returns them for `toRuns`. */
export interface RunProjection {
  /** Columns of the rows `run` that the query reads, over a row `run` of the table of runs. */
  readonly columns: readonly NamedColumn[];
  /** The byte size of the JSON read from a row `run`, or null if none is read. */
  readonly jsonBytes: Fragment | null;
  /**
   * Returns the query over rows with these columns, without its WHERE.
   * @param rows SQL for a table or a query in parentheses
   * @param facts the additional columns of these rows
   * @throws Error naming a column that the query needs and the rows lack
   */
  queryOver(rows: string, facts: readonly string[]): Fragment;
}

/** A division of a statement's runs into several result rows. */
export interface Chunks {
  readonly groupBy: Fragment;
  /** Whether the row contains the relations of all runs. */
  readonly hasRelations: Fragment;
}

/**
 * Returns the projection that puts all runs of the table `read_run` into one row, or one per chunk. The relations of
 * all runs are read together.
 */
export function joinedProjection(options: ProjectionOptions, chunks?: Chunks): RunProjection {
  const parts = new ProjectionParts(options);
  const { fieldGroups, isSelected } = parts;
  const members = joinColumns(
    [...parts.scalars(), ...parts.previews(), ...parts.pointerValues(null)],
    (name, value) => `'${name}', json_agg(${value})`,
  );
  // JSON from the database never contains line breaks.
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
 * Returns the projection that puts each run into a separate row with its relations.
 * @param byteLimit SQL for the byte limit on the JSON of all rows, beyond which fields are omitted; null for no limit
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

/** Whether a selection requires reading any JSON. */
export function readsJson({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & jsonGroups) !== 0 || pointers.length > 0;
}
