// The projection of runs in a statement's table `read_run`. In the layout `joined`, the result has an array for each
// property, and a text with a line per run for JSON: database and gateway write and read these at far less cost than
// rows. In the layout `single`, each run is a row with an object of its values.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { columnValues, jsonColumns, jsonRows } from '../../database/json-object.js';
import { limits } from '../../limits.js';
import {
  coreProperties,
  FieldGroup,
  type FieldGroups,
  failureGroups,
  type RunSelection,
  wholeJsonGroups,
} from './field-groups.js';
import { valuesAtPointers } from './json-pointer.js';
import { previews } from './previews.js';
import { smallColumns } from './run-columns.js';

export interface ProjectionOptions {
  readonly fieldGroups: FieldGroups;
  /** `joined`: all runs in one row; `single`: a row for each, for a single run, and for runs too large for one text. */
  readonly layout: 'joined' | 'single';
  /** Returns SQL for whether a row of `read_run` has any of these field groups selected; omitted: it has. */
  readonly isSelected?: (fieldGroups: FieldGroups) => string;
  /** SQL: whether the JSON of a row of `read_run` is omitted. */
  readonly omitsJson?: string;
  /** SQL: the byte limit for JSON of all rows, beyond which fields are omitted. Only in the layout `single`. */
  readonly byteLimit?: string | null;
  /** SQL: the JSON Pointers of a row of `read_run`, from `toPointerParameter`; null: none. */
  readonly pointers?: string | null;
  /** Whether the pointers may have the model, which counts no bytes. */
  readonly hasModel?: boolean;
  /** Whether payload may be withheld from the rows `run`, whose model then comes from the stored columns. */
  readonly isMasked?: boolean;
  /** SQL: the length of previews of a row of `read_run`; null: it has no previews. */
  readonly previewLength?: string | null;
  /** Whether the task of the runs is selected, because the requested path does not have it. */
  readonly includesTaskId?: boolean;
  /** SQL, where the runs are in several rows: the key of a row, and a condition for the row that has the relations. */
  readonly chunks?: { readonly groupBy: string; readonly hasRelations: string };
  /** Further columns of `read_run` to select. */
  readonly accessColumns?: readonly string[];
}

/** The SQL of a projection, whose rows `toRuns` converts to runs. */
export interface RunProjection {
  /** SQL: the columns of `read_run`, over a row `run` of the table of runs. */
  readonly columns: string;
  /** SQL: the query over `read_run`, without its WHERE. */
  readonly query: string;
  /** Returns the query over other rows, a table or a query in parentheses. Only in the layout `single`. */
  readonly queryFrom: (rows: string) => string;
  /** SQL: the bytes of the JSON texts that are read of a row `run`; null: none are. */
  readonly jsonBytes: string | null;
}

const texts = [
  [FieldGroup.response, 'response', 'run.response::text', 'response'],
  [FieldGroup.runData, 'runData', 'run.run_data::text', 'run_data'],
  [FieldGroup.submitted, 'submitted', "(run.run_data -> 'submitted')::text", 'run_data'],
] as const;

/** Returns SQL for the bytes of a column's JSON text, which a trigger stores, or which are counted for older rows. */
const jsonBytesOf = (column: 'response' | 'run_data') =>
  `coalesce(run.${column}_bytes, octet_length(run.${column}::text), 0)`;

/** SQL: the length of the response's JSON text; null without a response. Short texts are compared with `null`. */
const responseBytes =
  "CASE WHEN run.response_bytes > 4 THEN run.response_bytes ELSE octet_length(nullif(run.response, 'null')::text) END";

const jsonSources = [
  [FieldGroup.response | FieldGroup.responseBytes | FieldGroup.responsePreview | failureGroups, 'response'],
  [FieldGroup.runData | FieldGroup.submitted | FieldGroup.submittedPreview, 'run_data'],
] as const;

/** The groups from JSON columns. Reading a part of a column costs as much as reading all of it. */
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
  layout,
  isSelected = () => 'true',
  omitsJson = 'false',
  byteLimit = null,
  pointers = null,
  hasModel = false,
  isMasked = false,
  previewLength = null,
  includesTaskId = false,
  chunks,
  accessColumns = [],
}: ProjectionOptions): RunProjection {
  const isJoined = layout === 'joined';
  const { groups, files } = relationRows[layout];
  const ifRequested = (mask: FieldGroups, sql: string) => (fieldGroups & mask ? [sql] : []);
  /** Reads messages and kinds of failed runs only, so that no other response is inspected for them. */
  const isRead = (mask: FieldGroups) =>
    mask & ~failureGroups ? isSelected(mask) : `${isSelected(mask)} AND run.is_error`;
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
          `'pointerValues', ${aggregateList(valuesAtPointers(`CASE WHEN NOT ${omitsJson} THEN ${pointers} END`, byteLimit && 'run."byteLimit"', isMasked))}`,
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
  // Callers get no more than the model from the JSON that it is in.
  const counted = hasModel ? `jsonb_path_query_array(${pointers}, '$[*] ? (!exists(@.isModel))')` : pointers;
  const hasCounted = hasModel ? `jsonb_array_length(${counted}) > 0` : `${pointers} IS NOT NULL`;
  const bytes = sources.map(([mask, column]) => {
    const [failures, others] = [mask & fieldGroups & failureGroups, mask & fieldGroups & ~failureGroups];
    const reasons = [
      ...(others ? [isRead(others)] : []),
      ...(failures ? [isRead(failures)] : []),
      ...(pointers === null ? [] : [hasCounted]),
    ];
    // The value at each pointer may be nearly as large as all of it.
    const factor = pointers === null ? '' : ` * greatest(1, jsonb_array_length(${counted}))`;
    return `CASE WHEN ${reasons.join(' OR ')} THEN ${jsonBytesOf(column)}::bigint${factor} ELSE 0 END`;
  });
  const columns = [
    ...sources.flatMap(([, column]) => [`run.${column}`, `run.${column}_bytes`]),
    ...ifRequested(failureGroups, 'run.is_error'),
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

  /** Returns SQL for the bytes that count. A column that exceeds the limit by itself is omitted in any case. */
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

  /** Adds the running total of JSON bytes that were read for previews. */
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

  /** Joins texts by line breaks, which JSON from the database never has. */
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

/** Whether the selection returns JSON of any size, unlike previews and sizes. */
export function includesJson({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & wholeJsonGroups) !== 0 || pointers.length > 0;
}

/** Whether any JSON is read for a selection. */
export function readsJson({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & jsonGroups) !== 0 || pointers.length > 0;
}
