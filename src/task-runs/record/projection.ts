// What a statement selects of the runs in its table `read_run`. Runs come as one array for each of their properties and
// one text with a line for each of them for their JSON, which the database writes, and we read, far cheaper than rows.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { columnValues, jsonColumns } from '../../database/json-object.js';
import { limits } from '../../limits.js';
import { coreProperties, FieldGroup, type FieldGroups, type RunSelection } from './field-groups.js';
import { valuesAtPointers } from './json-pointer.js';
import { previews } from './previews.js';
import { smallColumns } from './run-columns.js';

interface ProjectionOptions {
  readonly fieldGroups: FieldGroups;
  /** All runs in one row; or a row for each, as a lone run needs, and runs too large to be one text. */
  readonly form: 'joined' | 'single';
  /** SQL: whether a row of `read_run` is read for any of these field groups; omitted: it is. */
  readonly isSelected?: (fieldGroups: FieldGroups) => string;
  /** SQL: whether the JSON of a row of `read_run` is omitted. */
  readonly isWithoutJson?: string;
  /** SQL: bytes of JSON that all rows may bring in all; what goes beyond is left out, field by field. Only in single form. */
  readonly byteLimit?: string | null;
  /** SQL: the JSON Pointers a row of `read_run` is read for, as `toPointerParameter` makes them; null: none. */
  readonly pointers?: string | null;
  /** SQL: characters of the previews of a row of `read_run`; null: it is read for none. */
  readonly previewLength?: string | null;
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
  /** SQL: the bytes of the JSON texts that a row `run` of either is read for; null: it is read for none. */
  readonly jsonBytes: string | null;
}

const texts = [
  [FieldGroup.response, 'response', 'run.response::text', 'response'],
  [FieldGroup.runData, 'runData', 'run.run_data::text', 'run_data'],
  [FieldGroup.submitted, 'submitted', "(run.run_data -> 'submitted')::text", 'run_data'],
] as const;

/** SQL: the bytes of a column's JSON text. A trigger notes them; of older rows they are counted. */
const bytesOf = (column: 'response' | 'run_data') =>
  `coalesce(run.${column}_bytes, octet_length(run.${column}::text), 0)`;

/** SQL: the length of the response's JSON text; null where there is no response. What is as long as `null` is looked at. */
const responseBytes =
  "CASE WHEN run.response_bytes > 4 THEN run.response_bytes ELSE octet_length(nullif(run.response, 'null')::text) END";

const jsonSources = [
  [FieldGroup.response | FieldGroup.responseBytes | FieldGroup.responsePreview | FieldGroup.failureMessage, 'response'],
  [FieldGroup.runData | FieldGroup.submitted | FieldGroup.submittedPreview, 'run_data'],
] as const;

/** The groups that come from JSON columns: what is read of a column costs as much as reading all of it. */
export const anyJson: FieldGroups = jsonSources.reduce<FieldGroups>(
  (all, [fieldGroups]) => all | fieldGroups,
  FieldGroup.none,
);

const small = columnValues(smallColumns, 'run');
const core = small.filter(([property]) => (coreProperties as readonly string[]).includes(property));
const groups = jsonColumns(ReportingGroupEntity, 'reporting_group');
const files = jsonColumns(TaskRunFileEntity, 'file');

export function toProjection({
  fieldGroups,
  form,
  isSelected = () => 'true',
  isWithoutJson = 'false',
  byteLimit = null,
  pointers = null,
  previewLength = null,
  hasTaskId = false,
  chunks,
  accessColumns = [],
}: ProjectionOptions): RunProjection {
  const isJoined = form === 'joined';
  const selected = (part: FieldGroups, sql: string) => (fieldGroups & part ? [sql] : []);
  /** A run that did not fail has no message, so nothing of its response is looked at for it. */
  const isRead = (part: FieldGroups) =>
    part === FieldGroup.failureMessage ? `${isSelected(part)} AND run.is_error` : isSelected(part);
  const ifSelected = (part: FieldGroups, sql: string) =>
    `CASE WHEN ${isRead(part)} AND NOT ${isWithoutJson} THEN ${sql} END`;
  const properties = (fieldGroups & FieldGroup.details ? small : core).filter(
    ([name]) => hasTaskId || name !== 'taskId',
  );
  const named = [...properties.map(([name]) => name), ...accessColumns].map(
    (name) => `'${name}', ${listOf(`"${name}"`)}`,
  );
  const limited = (sql: string, bytes: string, before: string) =>
    byteLimit === null ? sql : `CASE WHEN ${before} + ${bytes} <= run."byteLimit" THEN ${sql} ELSE '!' || ${bytes} END`;
  const arrays = [
    ...named,
    ...selected(
      FieldGroup.responseBytes,
      `'responseBytes', ${listOf(ifSelected(FieldGroup.responseBytes, responseBytes))}`,
    ),
    ...previews.flatMap(({ part, name, text, column, lengthFor }) => {
      const preview = `to_json(left(${text}, ${lengthFor(previewLength)}))`;
      const within = `CASE WHEN run."previewedBytes" <= ${limits.previewedBytes.value} THEN ${preview} ELSE to_json(${bytesOf(column)}) END`;
      return selected(part, `'${name}', ${listOf(ifSelected(part, within))}`);
    }),
    ...(pointers === null
      ? []
      : [
          `'pointerValues', ${listOf(valuesAtPointers(`CASE WHEN NOT ${isWithoutJson} THEN ${pointers} END`, byteLimit && 'run."byteLimit"'))}`,
        ]),
  ];
  const lines = texts.flatMap(([part, name, text, column]) => {
    const before =
      column === 'run_data' && fieldGroups & FieldGroup.response
        ? `run.before + ${countedBytes('response')}`
        : 'run.before';
    return selected(part, `${linesOf(ifSelected(part, limited(text, bytesOf(column), before)))} AS "${name}"`);
  });
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
  const bytes = sources.map(([some, column]) => {
    const [messages, others] = [
      some & fieldGroups & FieldGroup.failureMessage,
      some & fieldGroups & ~FieldGroup.failureMessage,
    ];
    const reasons = [
      ...(others ? [isRead(others)] : []),
      ...(messages ? [isRead(messages)] : []),
      ...(pointers === null ? [] : [`${pointers} IS NOT NULL`]),
    ];
    // Each pointer may lead to nearly all of it.
    const times = pointers === null ? '' : ` * greatest(1, jsonb_array_length(${pointers}))`;
    return `CASE WHEN ${reasons.join(' OR ')} THEN ${bytesOf(column)}::bigint${times} ELSE 0 END`;
  });
  const columns = [
    ...sources.flatMap(([, column]) => [`run.${column}`, `run.${column}_bytes`]),
    ...selected(FieldGroup.failureMessage, 'run.is_error'),
  ];
  return {
    columns: [...properties.map(([name, sql]) => `${sql} AS "${name}"`), ...columns].join(', '),
    query: `
SELECT json_build_object(${arrays.join(', ')}) AS runs${[...lines, ...relations].map((column) => `,\n  ${column}`).join('')}
FROM ${withPreviewedBytes(byteLimit === null ? 'read_run' : `(${withBytesBefore()})`)} AS run${chunks ? ` GROUP BY ${chunks.groupBy}` : ''}`,
    jsonBytes: bytes.length === 0 ? null : bytes.join(' + '),
  };

  /** Bytes that count: what is larger than all that may be brought is left out whatever else there is. */
  function countedBytes(column: 'response' | 'run_data'): string {
    return `CASE WHEN ${bytesOf(column)} <= ${byteLimit} THEN ${bytesOf(column)} ELSE 0 END`;
  }

  function withBytesBefore(): string {
    const counted = [
      ...(fieldGroups & FieldGroup.response ? [countedBytes('response')] : []),
      ...(fieldGroups & (FieldGroup.runData | FieldGroup.submitted) ? [countedBytes('run_data')] : []),
    ].join(' + ');
    return `SELECT *, ${byteLimit} AS "byteLimit", coalesce(sum(${counted || '0'}) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
  FROM read_run AS run`;
  }

  /** With the bytes of JSON that was looked at for previews, up to each row. */
  function withPreviewedBytes(source: string): string {
    const bytes = previews.flatMap(({ part, column }) =>
      selected(part, `coalesce(${ifSelected(part, bytesOf(column))}, 0)`),
    );
    if (bytes.length === 0) return source;
    return `(SELECT *, sum(${bytes.join(' + ')}) OVER (ROWS UNBOUNDED PRECEDING) AS "previewedBytes" FROM ${source} AS run)`;
  }

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

/** Whether runs bring JSON of any size along: previews and sizes are looked up where it is. */
export function bringsJson({ fieldGroups, pointers }: RunSelection): boolean {
  return texts.some(([part]) => fieldGroups & part) || pointers.length > 0;
}

/** Whether any JSON is read for a selection. */
export function readsJson({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & anyJson) !== 0 || pointers.length > 0;
}
