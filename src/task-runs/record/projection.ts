// What a statement selects of the runs in its table `read_run`. Runs come as one array for each of their properties and
// one text with a line for each of them for their JSON, which the database writes, and we read, far cheaper than rows.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { columnValues, jsonColumns } from '../../database/json-object.js';
import { coreProperties, FieldGroup, type FieldGroups } from './field-groups.js';
import { valuesAtPointers } from './json-pointer.js';
import { smallColumns } from './run-columns.js';

interface ProjectionOptions {
  readonly fieldGroups: FieldGroups;
  /** All runs in one row; or a row for each, as a lone run needs, and runs too large to be one text. */
  readonly form: 'joined' | 'single';
  /** SQL: whether a row of `read_run` is read for any of these field groups; omitted: it is. */
  readonly isSelected?: (fieldGroups: FieldGroups) => string;
  /** SQL: whether the JSON of a row of `read_run` is omitted. */
  readonly isWithoutJson?: string;
  /** SQL: the JSON Pointers a row of `read_run` is read for, as `toPointerParameter` makes them; null: none. */
  readonly pointers?: string | null;
  /** Whether the requested path does not name the task of the runs. */
  readonly hasTaskId?: boolean;
  /** SQL: where runs are joined to several rows, what those of one have in common, and which of them has the relations. */
  readonly chunks?: { readonly groupBy: string; readonly hasRelations: string };
  /** Further columns of `read_run` to select. */
  readonly accessColumns?: readonly string[];
}

/** Its rows become runs by `toRunColumns`. */
export interface RunProjection {
  /** SQL: the columns of `read_run`, over a row `run` of the table of runs. */
  readonly columns: string;
  /** SQL: the query over `read_run`, without its WHERE. */
  readonly query: string;
  /** SQL: the stored bytes, which cost no reading, of the JSON that a row `run` of either is read for; null: of none. */
  readonly storedBytes: string | null;
}

const texts = [
  [FieldGroup.response, 'response', 'run.response::text'],
  [FieldGroup.runData, 'runData', 'run.run_data::text'],
  [FieldGroup.submitted, 'submitted', "(run.run_data -> 'submitted')::text"],
] as const;

/** SQL: the length of the response's JSON text; null where there is no response. */
const responseBytes = "octet_length(nullif(run.response, 'null')::text)";

const jsonSources = [
  [FieldGroup.response | FieldGroup.responseBytes, 'run.response'],
  [FieldGroup.runData | FieldGroup.submitted, 'run.run_data'],
] as const;

export const anyJson: FieldGroups = jsonSources.reduce<FieldGroups>(
  (all, [fieldGroups]) => all | fieldGroups,
  FieldGroup.none,
);

// Timestamps as JSON has them, at a fifth of the cost of `to_char`: see `timestampOfJson`.
const small = columnValues(smallColumns, 'run', (timestamp) => timestamp);
const core = small.filter(([property]) => (coreProperties as readonly string[]).includes(property));
const groups = jsonColumns(ReportingGroupEntity, 'reporting_group');
const files = jsonColumns(TaskRunFileEntity, 'file');

export function toProjection({
  fieldGroups,
  form,
  isSelected = () => 'true',
  isWithoutJson = 'false',
  pointers = null,
  hasTaskId = false,
  chunks,
  accessColumns = [],
}: ProjectionOptions): RunProjection {
  const isJoined = form === 'joined';
  const selected = (part: FieldGroups, sql: string) => (fieldGroups & part ? [sql] : []);
  const ifSelected = (part: FieldGroups, sql: string) =>
    `CASE WHEN ${isSelected(part)} AND NOT ${isWithoutJson} THEN ${sql} END`;
  const properties = (fieldGroups & FieldGroup.details ? small : core).filter(
    ([name]) => hasTaskId || name !== 'taskId',
  );
  const named = [...properties.map(([name]) => name), ...accessColumns].map(
    (name) => `'${name}', ${listOf(`"${name}"`)}`,
  );
  const arrays = [
    ...named,
    ...selected(
      FieldGroup.responseBytes,
      `'responseBytes', ${listOf(ifSelected(FieldGroup.responseBytes, responseBytes))}`,
    ),
    ...(pointers === null
      ? []
      : [`'pointerValues', ${listOf(valuesAtPointers(`CASE WHEN NOT ${isWithoutJson} THEN ${pointers} END`))}`]),
  ];
  const lines = texts.flatMap(([part, name, text]) =>
    selected(part, `${linesOf(ifSelected(part, text))} AS "${name}"`),
  );
  const relations = [
    ...selected(
      FieldGroup.reportingGroup,
      `${once(`(SELECT ${groups} FROM reporting_group
    WHERE ${isOfRuns(FieldGroup.reportingGroup, 'id', 'reportingGroupId')})`)} AS groups`,
    ),
    ...selected(
      FieldGroup.files,
      `${once(`(SELECT ${files} FROM (
    SELECT * FROM task_run_file WHERE ${isOfRuns(FieldGroup.files, 'task_run_id', 'id')} ORDER BY task_run_id, position
  ) AS file)`)} AS files`,
    ),
  ];
  const sources = jsonSources.filter(([some]) => pointers !== null || fieldGroups & some);
  const bytes = sources.map(([some, json]) => {
    const isRead = pointers === null ? isSelected(some) : `${isSelected(some)} OR ${pointers} IS NOT NULL`;
    return `CASE WHEN ${isRead} THEN coalesce(pg_column_size(${json}), 0) ELSE 0 END`;
  });
  return {
    columns: [...properties.map(([name, sql]) => `${sql} AS "${name}"`), ...sources.map(([, json]) => json)].join(', '),
    query: `
SELECT json_build_object(${arrays.join(', ')}) AS runs${[...lines, ...relations].map((column) => `,\n  ${column}`).join('')}
FROM read_run AS run${chunks ? ` GROUP BY ${chunks.groupBy}` : ''}`,
    storedBytes: bytes.length === 0 ? null : bytes.join(' + '),
  };

  function listOf(sql: string): string {
    return isJoined ? `json_agg(${sql})` : `json_build_array(${sql})`;
  }

  /** JSON as the database writes it has no line breaks, so they can separate texts. */
  function linesOf(sql: string): string {
    return isJoined ? `string_agg(coalesce(${sql}, ''), E'\\n')` : sql;
  }

  function once(sql: string): string {
    return chunks ? `CASE WHEN ${chunks.hasRelations} THEN ${sql} END` : sql;
  }

  function isOfRuns(group: FieldGroups, column: string, property: string): string {
    return isJoined
      ? `${column} = ANY (ARRAY(SELECT DISTINCT "${property}" FROM read_run WHERE ${isSelected(group)}))`
      : `${column} = run."${property}" AND ${isSelected(group)}`;
  }
}
