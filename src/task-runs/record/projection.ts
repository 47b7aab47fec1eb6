// What a statement selects of the runs in its table `read_run`. Runs come as one array for each of their properties and
// one text with a line for each of them for their JSON, which the database writes, and we read, far cheaper than rows.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { columnValues, jsonColumns } from '../../database/json-object.js';
import { coreProperties, RunPart, type RunParts } from './field-groups.js';
import { pickedTexts } from './json-pointer.js';
import { smallColumns } from './run-columns.js';

interface ProjectionOptions {
  readonly parts: RunParts;
  /** All runs in one row; or a row for each, as a lone run needs, and runs too large to be one text. */
  readonly form: 'joined' | 'single';
  /** SQL: whether a row of `read_run` is read for any of the parts; left out: it is. */
  readonly isAsked?: (parts: RunParts) => string;
  /** SQL: whether the JSON of a row of `read_run` is left out. */
  readonly isWithoutJson?: string;
  /** SQL: the JSON Pointers a row of `read_run` is read for, as `toPickParameter` makes them; null: none. */
  readonly picks?: string | null;
  /** Whether the path that runs are asked for by leaves open which task they are of. */
  readonly hasTaskId?: boolean;
  /** SQL: where runs are joined to several rows, what those of one have in common, and which of them has the relations. */
  readonly chunks?: { readonly groupBy: string; readonly hasRelations: string };
  /** Further columns of `read_run` to select. */
  readonly facts?: readonly string[];
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
  [RunPart.response, 'response', 'run.response::text'],
  [RunPart.runData, 'runData', 'run.run_data::text'],
  [RunPart.submitted, 'submitted', "(run.run_data -> 'submitted')::text"],
] as const;

/** SQL: the length of the response's JSON text; null where there is no response. */
const responseBytes = "octet_length(nullif(run.response, 'null')::text)";

const jsonSources = [
  [RunPart.response | RunPart.responseBytes, 'run.response'],
  [RunPart.runData | RunPart.submitted, 'run.run_data'],
] as const;

export const anyJson: RunParts = jsonSources.reduce<RunParts>((all, [parts]) => all | parts, RunPart.none);

// As JSON has timestamps, for a fifth of what `to_char` costs: see `momentOfJson`.
const small = columnValues(smallColumns, 'run', (timestamp) => timestamp);
const core = small.filter(([property]) => (coreProperties as readonly string[]).includes(property));
const groups = jsonColumns(ReportingGroupEntity, 'reporting_group');
const files = jsonColumns(TaskRunFileEntity, 'file');

export function toProjection({
  parts,
  form,
  isAsked = () => 'true',
  isWithoutJson = 'false',
  picks = null,
  hasTaskId = false,
  chunks,
  facts = [],
}: ProjectionOptions): RunProjection {
  const isJoined = form === 'joined';
  const selected = (part: RunParts, sql: string) => (parts & part ? [sql] : []);
  const ifAsked = (part: RunParts, sql: string) =>
    `CASE WHEN ${isAsked(part)} AND NOT ${isWithoutJson} THEN ${sql} END`;
  const properties = (parts & RunPart.details ? small : core).filter(([name]) => hasTaskId || name !== 'taskId');
  const named = [...properties.map(([name]) => name), ...facts].map((name) => `'${name}', ${listOf(`"${name}"`)}`);
  const arrays = [
    ...named,
    ...selected(RunPart.responseBytes, `'responseBytes', ${listOf(ifAsked(RunPart.responseBytes, responseBytes))}`),
    ...(picks === null ? [] : [`'picked', ${listOf(pickedTexts(`CASE WHEN NOT ${isWithoutJson} THEN ${picks} END`))}`]),
  ];
  const lines = texts.flatMap(([part, name, text]) => selected(part, `${linesOf(ifAsked(part, text))} AS "${name}"`));
  const relations = [
    ...selected(
      RunPart.reportingGroup,
      `${once(`(SELECT ${groups} FROM reporting_group
    WHERE ${isOfRuns(RunPart.reportingGroup, 'id', 'reportingGroupId')})`)} AS groups`,
    ),
    ...selected(
      RunPart.files,
      `${once(`(SELECT ${files} FROM (
    SELECT * FROM task_run_file WHERE ${isOfRuns(RunPart.files, 'task_run_id', 'id')} ORDER BY task_run_id, position
  ) AS file)`)} AS files`,
    ),
  ];
  const sources = jsonSources.filter(([some]) => picks !== null || parts & some);
  const bytes = sources.map(([some, json]) => {
    const isRead = picks === null ? isAsked(some) : `${isAsked(some)} OR ${picks} IS NOT NULL`;
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

  /** JSON as the database writes it has no line breaks, so they can stand between. */
  function linesOf(sql: string): string {
    return isJoined ? `string_agg(coalesce(${sql}, ''), E'\\n')` : sql;
  }

  function once(sql: string): string {
    return chunks ? `CASE WHEN ${chunks.hasRelations} THEN ${sql} END` : sql;
  }

  function isOfRuns(part: RunParts, column: string, property: string): string {
    return isJoined
      ? `${column} = ANY (ARRAY(SELECT DISTINCT "${property}" FROM read_run WHERE ${isAsked(part)}))`
      : `${column} = run."${property}" AND ${isAsked(part)}`;
  }
}
