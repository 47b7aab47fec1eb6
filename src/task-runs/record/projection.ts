// What a statement selects of the runs in its table `read_run`. Runs come as one array for each of their properties and
// one text with a line for each of them for their JSON, which the database writes, and we read, far cheaper than rows; or
// each as a row with one object of its values.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { columnValues, jsonColumns, jsonRows } from '../../database/json-object.js';
import { limits } from '../../limits.js';
import { coreProperties, FieldGroup, type FieldGroups, type RunSelection } from './field-groups.js';
import { valuesAtPointers } from './json-pointer.js';
import { previews } from './previews.js';
import { smallColumns } from './run-columns.js';

interface ProjectionOptions {
  readonly fieldGroups: FieldGroups;
  /** All runs in one row; or a row for each, as a single run needs, and runs too large to be one text. */
  readonly form: 'joined' | 'single';
  /** SQL: whether a row of `read_run` is read for any of these field groups; omitted: it is. */
  readonly isSelected?: (fieldGroups: FieldGroups) => string;
  /** SQL: whether the JSON of a row of `read_run` is omitted. */
  readonly omitsJson?: string;
  /** SQL: bytes of JSON that all rows may bring in all; what goes beyond is left out, field by field. Only in single form. */
  readonly byteLimit?: string | null;
  /** SQL: the JSON Pointers a row of `read_run` is read for, as `toPointerParameter` makes them; null: none. */
  readonly pointers?: string | null;
  /** SQL: characters of the previews of a row of `read_run`; null: it is read for none. */
  readonly previewLength?: string | null;
  /** Whether the requested path does not name the task of the runs. */
  readonly includesTaskId?: boolean;
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
  /** SQL: the same over other rows, a table or a query in parentheses. Only in single form. */
  readonly queryFrom: (rows: string) => string;
  /** SQL: the bytes of the JSON texts that a row `run` of either is read for; null: it is read for none. */
  readonly jsonBytes: string | null;
}

const texts = [
  [FieldGroup.response, 'response', 'run.response::text', 'response'],
  [FieldGroup.runData, 'runData', 'run.run_data::text', 'run_data'],
  [FieldGroup.submitted, 'submitted', "(run.run_data -> 'submitted')::text", 'run_data'],
] as const;

/** SQL: the bytes of a column's JSON text. A trigger notes them; of older rows they are counted. */
const jsonBytesOf = (column: 'response' | 'run_data') =>
  `coalesce(run.${column}_bytes, octet_length(run.${column}::text), 0)`;

/** SQL: the length of the response's JSON text; null where there is no response. What is as long as `null` is looked at. */
const responseBytes =
  "CASE WHEN run.response_bytes > 4 THEN run.response_bytes ELSE octet_length(nullif(run.response, 'null')::text) END";

const jsonSources = [
  [FieldGroup.response | FieldGroup.responseBytes | FieldGroup.responsePreview | FieldGroup.failureMessage, 'response'],
  [FieldGroup.runData | FieldGroup.submitted | FieldGroup.submittedPreview, 'run_data'],
] as const;

/** The groups that come from JSON columns: what is read of a column costs as much as reading all of it. */
export const jsonGroups: FieldGroups = jsonSources.reduce<FieldGroups>(
  (all, [fieldGroups]) => all | fieldGroups,
  FieldGroup.none,
);

const smallValues = columnValues(smallColumns, 'run');
const coreValues = smallValues.filter(([property]) => (coreProperties as readonly string[]).includes(property));
const relationRows = {
  joined: {
    groups: jsonColumns(ReportingGroupEntity, 'reporting_group'),
    files: jsonColumns(TaskRunFileEntity, 'file'),
  },
  single: {
    groups: jsonRows(ReportingGroupEntity, 'reporting_group'),
    files: jsonRows(TaskRunFileEntity, 'file'),
  },
};

export function toProjection({
  fieldGroups,
  form,
  isSelected = () => 'true',
  omitsJson = 'false',
  byteLimit = null,
  pointers = null,
  previewLength = null,
  includesTaskId = false,
  chunks,
  accessColumns = [],
}: ProjectionOptions): RunProjection {
  const isJoined = form === 'joined';
  const { groups, files } = relationRows[form];
  const ifRequested = (mask: FieldGroups, sql: string) => (fieldGroups & mask ? [sql] : []);
  /** A run that did not fail has no message, so nothing of its response is looked at for it. */
  const isRead = (mask: FieldGroups) =>
    mask === FieldGroup.failureMessage ? `${isSelected(mask)} AND run.is_error` : isSelected(mask);
  const ifSelected = (mask: FieldGroups, sql: string) =>
    `CASE WHEN ${isRead(mask)} AND NOT ${omitsJson} THEN ${sql} END`;
  const properties = (fieldGroups & FieldGroup.details ? smallValues : coreValues).filter(
    ([name]) => includesTaskId || name !== 'taskId',
  );
  const namedColumns = [...properties.map(([name]) => name), ...accessColumns].map(
    (name) => `'${name}', ${aggregateList(`"${name}"`)}`,
  );
  const withinByteLimit = (sql: string, bytes: string, bytesBefore: string) =>
    byteLimit === null
      ? sql
      : `CASE WHEN ${bytesBefore} + ${bytes} <= run."byteLimit" THEN ${sql} ELSE '!' || ${bytes} END`;
  const values = [
    ...namedColumns,
    ...ifRequested(
      FieldGroup.responseBytes,
      `'responseBytes', ${aggregateList(ifSelected(FieldGroup.responseBytes, responseBytes))}`,
    ),
    ...previews.flatMap(({ part: mask, name, text, column, lengthFor }) => {
      const preview = `to_json(left(${text}, ${lengthFor(previewLength)}))`;
      const withinPreviewLimit = `CASE WHEN run."previewedBytes" <= ${limits.previewedBytes.value} THEN ${preview} ELSE to_json(${jsonBytesOf(column)}) END`;
      return ifRequested(mask, `'${name}', ${aggregateList(ifSelected(mask, withinPreviewLimit))}`);
    }),
    ...(pointers === null
      ? []
      : [
          `'pointerValues', ${aggregateList(valuesAtPointers(`CASE WHEN NOT ${omitsJson} THEN ${pointers} END`, byteLimit && 'run."byteLimit"'))}`,
        ]),
  ];
  const lines = texts.flatMap(([mask, name, text, column]) => {
    const bytesBefore =
      column === 'run_data' && fieldGroups & FieldGroup.response
        ? `run.before + ${limitedBytes('response')}`
        : 'run.before';
    return ifRequested(
      mask,
      `${aggregateLines(ifSelected(mask, withinByteLimit(text, jsonBytesOf(column), bytesBefore)))} AS "${name}"`,
    );
  });
  const relations = [
    ...ifRequested(
      FieldGroup.reportingGroup,
      `${oncePerChunk(`(SELECT ${groups} FROM reporting_group
    WHERE ${matchesRuns(FieldGroup.reportingGroup, 'id', 'reportingGroupId')})`)} AS groups`,
    ),
    ...ifRequested(
      FieldGroup.files,
      `${oncePerChunk(`(SELECT ${files} FROM (
    SELECT * FROM task_run_file WHERE ${matchesRuns(FieldGroup.files, 'task_run_id', 'id')} ORDER BY task_run_id, position
  ) AS file)`)} AS files`,
    ),
  ];
  const sources = jsonSources.filter(([mask]) => pointers !== null || fieldGroups & mask);
  const bytes = sources.map(([mask, column]) => {
    const [messages, others] = [
      mask & fieldGroups & FieldGroup.failureMessage,
      mask & fieldGroups & ~FieldGroup.failureMessage,
    ];
    const reasons = [
      ...(others ? [isRead(others)] : []),
      ...(messages ? [isRead(messages)] : []),
      ...(pointers === null ? [] : [`${pointers} IS NOT NULL`]),
    ];
    // Each pointer may lead to nearly all of it.
    const factor = pointers === null ? '' : ` * greatest(1, jsonb_array_length(${pointers}))`;
    return `CASE WHEN ${reasons.join(' OR ')} THEN ${jsonBytesOf(column)}::bigint${factor} ELSE 0 END`;
  });
  const columns = [
    ...sources.flatMap(([, column]) => [`run.${column}`, `run.${column}_bytes`]),
    ...ifRequested(FieldGroup.failureMessage, 'run.is_error'),
  ];
  return {
    columns: [...properties.map(([name, sql]) => `${sql} AS "${name}"`), ...columns].join(', '),
    query: queryFrom('read_run'),
    queryFrom,
    jsonBytes: bytes.length === 0 ? null : bytes.join(' + '),
  };

  function queryFrom(rows: string): string {
    return `
SELECT json_build_object(${values.join(', ')}) AS runs${[...lines, ...relations].map((column) => `,\n  ${column}`).join('')}
FROM ${withPreviewedBytes(byteLimit === null ? rows : `(${withBytesBefore(rows)})`)} AS run${chunks ? ` GROUP BY ${chunks.groupBy}` : ''}`;
  }

  /** Bytes that count: what is larger than all that may be brought is left out whatever else there is. */
  function limitedBytes(column: 'response' | 'run_data'): string {
    return `CASE WHEN ${jsonBytesOf(column)} <= ${byteLimit} THEN ${jsonBytesOf(column)} ELSE 0 END`;
  }

  function withBytesBefore(rows: string): string {
    const counted = [
      ...(fieldGroups & FieldGroup.response ? [limitedBytes('response')] : []),
      ...(fieldGroups & (FieldGroup.runData | FieldGroup.submitted) ? [limitedBytes('run_data')] : []),
    ].join(' + ');
    return `SELECT *, ${byteLimit} AS "byteLimit", coalesce(sum(${counted || '0'}) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
  FROM ${rows} AS run`;
  }

  /** With the bytes of JSON that was looked at for previews, up to each row. */
  function withPreviewedBytes(rows: string): string {
    const bytes = previews.flatMap(({ part: mask, column }) =>
      ifRequested(mask, `coalesce(${ifSelected(mask, jsonBytesOf(column))}, 0)`),
    );
    if (bytes.length === 0) return rows;
    return `(SELECT *, sum(${bytes.join(' + ')}) OVER (ROWS UNBOUNDED PRECEDING) AS "previewedBytes" FROM ${rows} AS run)`;
  }

  function aggregateList(sql: string): string {
    return isJoined ? `json_agg(${sql})` : sql;
  }

  /** JSON as the database writes it has no line breaks, so they can separate texts. */
  function aggregateLines(sql: string): string {
    return isJoined ? `string_agg(coalesce(${sql}, ''), E'\\n')` : sql;
  }

  function oncePerChunk(sql: string): string {
    return chunks ? `CASE WHEN ${chunks.hasRelations} THEN ${sql} END` : sql;
  }

  function matchesRuns(group: FieldGroups, column: string, property: string): string {
    return isJoined
      ? `${column} = ANY (ARRAY(SELECT DISTINCT "${property}" FROM read_run WHERE ${isSelected(group)}))`
      : `${column} = run."${property}" AND ${isSelected(group)}`;
  }
}

/** Whether runs bring JSON of any size along: previews and sizes are looked up where it is. */
export function includesJson({ fieldGroups, pointers }: RunSelection): boolean {
  return texts.some(([mask]) => fieldGroups & mask) || pointers.length > 0;
}

/** Whether any JSON is read for a selection. */
export function readsJson({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & jsonGroups) !== 0 || pointers.length > 0;
}
