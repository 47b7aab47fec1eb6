import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { columnsOf, type EntityColumn } from '../../database/entity-columns.js';
import type { WrittenRun } from '../../database/erasures.js';
import { nilUuid } from '../../database/nil-uuid.js';
import { sliceChildren } from '../json-slices.js';
import type { Line } from '../lines.js';
import { maxInteger, mustBe, scalarText, toColumnJson, toJson } from './column-value.js';
import type { ColumnSource, FieldMap, RunColumnSource } from './field-map.js';
import { timedHashedId } from './hashed-id.js';
import { type FieldValue, RowFault, type SourceRow } from './source-row.js';

/** A valid row. */
export interface RunRow extends WrittenRun {
  readonly line: Line;
  /** The group's id, or `null` if the run has no group. */
  readonly reportingGroupId: string | null;
  /** The run's columns as a JSON object; `null` if the run is to be deleted. */
  readonly runJson: string | null;
  /** The rows of the run's files as JSON objects; `null` if the row has no list of files. */
  readonly filesJson: readonly string[] | null;
  /** The storage keys of the run's files. */
  readonly storageKeys: readonly string[];
}

/** Returns the runs of all rows that are not deletions as a JSON array. */
export function runsToJson(rows: readonly RunRow[]): string {
  return `[${rows.map(({ runJson }) => runJson).join()}]`;
}

/** Returns the rows of all files as a JSON array. */
export function filesToJson(rows: readonly RunRow[]): string {
  return `[${rows.flatMap(({ filesJson }) => filesJson ?? []).join()}]`;
}

export interface RunRowOptions {
  readonly map: FieldMap;
  /** The task of all runs; `null` if each row has its own. */
  readonly taskId: string | null;
  readonly ignoresUnknown: boolean;
  readonly acceptsDeletions: boolean;
  /** Whether rows must have `run_data`. Otherwise, `{}` is the default. */
  readonly requiresRunData: boolean;
  /** The file whose time and digest are used as defaults; `null` if rows must have these values. */
  readonly file: SourceFile | null;
}

/** The properties of a file from which defaults are derived. */
export interface SourceFile {
  /** The timestamp of the last modification. */
  readonly modified: string;
  /** Returns the SHA-256 of the file's bytes in hexadecimal digits. */
  digest(): Promise<string>;
}

/** The defaults of columns that cannot be null, as JSON text. The default of `total_tokens` is a sum. */
const defaults: Readonly<Record<string, string>> = {
  task_revision_id: `"${nilUuid}"`,
  input_tokens: '0',
  output_tokens: '0',
  run_data: '{}',
};

const fileColumns = columnsOf(TaskRunFileEntity).filter(
  ({ databaseName }) => !['task_run_id', 'position'].includes(databaseName),
);

/** Creates a function that converts rows to runs. The function throws a RowFault for an invalid row. */
export function createRunRowReader(options: RunRowOptions) {
  const { map, taskId, ignoresUnknown, acceptsDeletions, requiresRunData, file } = options;
  const sourceOf = (name: string) => map.columns.find(({ column }) => column.databaseName === name)!;
  const [id, created, task] = [sourceOf('id'), sourceOf('created'), sourceOf('task_id')];
  const others = map.columns.filter((source) => source !== id && source !== created && source !== task);

  return async function readRunRow(row: SourceRow): Promise<RunRow> {
    const { line, fields } = row;
    if (line.fault !== undefined) throw new RowFault(line.fault);
    if (!ignoresUnknown) assertKnownFields(fields.keys(), map);
    const rowTaskId = readText(task, fields);
    if (taskId !== null && rowTaskId !== null && rowTaskId !== taskId)
      throw mustBe('task_id', `${taskId}, as --task`, rowTaskId);
    const runTaskId = taskId ?? rowTaskId;
    if (runTaskId === null) throw new RowFault('`task_id` is missing.');
    const givenTime = readText(created, fields);
    if (isDeletion(fields)) {
      if (!acceptsDeletions) throw new RowFault('`deleted` is true, but deletions require --upsert.');
      const deletedId = readId(fields, givenTime, runTaskId);
      if (deletedId === null) throw new RowFault('`id` is missing. A deletion must name its run.');
      const ids = { id: deletedId, taskId: runTaskId, userId: null, reportingGroupId: null };
      return { line, ...ids, created: null, runJson: null, filesJson: null, storageKeys: [] };
    }
    const timestamp = givenTime ?? fileOf('created').modified;
    const runId =
      readId(fields, givenTime, runTaskId) ??
      timedHashedId(timestamp, `${await fileOf('id').digest()}\n${runTaskId}\n${row.number}`);
    const columns = new Map([
      ['id', `"${runId}"`],
      ['task_id', `"${runTaskId}"`],
      ['created', `"${timestamp}"`],
    ]);
    for (const source of others) {
      const { databaseName } = source.column;
      columns.set(databaseName, readColumn(source, fields) ?? jsonWithoutValue(source.column, columns));
    }
    return {
      line,
      id: runId,
      taskId: runTaskId,
      userId: JSON.parse(columns.get('user_id')!),
      created: timestamp,
      reportingGroupId: JSON.parse(columns.get('reporting_group_id')!),
      runJson: `{${[...columns].map(([name, json]) => `"${name}":${json}`).join()}}`,
      ...readFiles(sourceValue(map.files, fields), runId),
    };
  };

  /** Returns `null` for a row without an id. */
  function readId(fields: SourceRow['fields'], timestamp: string | null, runTaskId: string): string | null {
    const { source } = id;
    if (!('path' in source) || source.conversion !== 'uuid') return readText(id, fields);
    const value = sourceValue(source, fields);
    if (value === null) return null;
    if (timestamp === null) throw new RowFault('`created` is missing. {"uuid": …} needs it to make an `id`.');
    return timedHashedId(timestamp, `${runTaskId}\n${scalarText('id', value)}`);
  }

  /** Returns the default as JSON. @throws RowFault if the row must have a value */
  function jsonWithoutValue(column: EntityColumn, columns: ReadonlyMap<string, string>): string {
    const { databaseName: name, isNullable, default: fallback } = column;
    if (isNullable) return String(fallback ?? null);
    if (name === 'total_tokens') return sumOfTokens(columns);
    if (name === 'run_data' && requiresRunData) throw new RowFault('`run_data` is missing. It must be a JSON object.');
    return defaults[name]!;
  }

  function fileOf(name: string): SourceFile {
    if (file === null) throw new RowFault(`\`${name}\` is missing. It has a default only in a file given with --from.`);
    return file;
  }
}

/** @throws RowFault */
export function assertKnownFields(names: Iterable<string>, map: FieldMap): void {
  const unknown = [...names].filter((name) => !map.fields.has(name)).map((name) => JSON.stringify(name));
  if (unknown.length === 0) return;
  throw new RowFault(
    unknown.length === 1
      ? `${unknown[0]} is not a column of a run. Map it with --map, or use --ignore-unknown.`
      : `${unknown.join(', ')} are not columns of a run. Map them with --map, or use --ignore-unknown.`,
  );
}

function isDeletion(fields: SourceRow['fields']): boolean {
  const value = fields.get('deleted') ?? null;
  const text = value === null ? 'false' : scalarText('deleted', value).toLowerCase();
  if (!['true', 'false', ''].includes(text)) throw mustBe('deleted', 'true or false', text);
  return text === 'true';
}

/** Returns `null` for a missing value or JSON null. */
function sourceValue(source: ColumnSource, fields: SourceRow['fields']): FieldValue | null {
  if ('constant' in source) return source.constant === 'null' ? null : { json: source.constant };
  const [field, ...path] = source.path;
  const value = fields.get(field) ?? null;
  if (value === null || path.length === 0) return value;
  const json = path.reduce<string | undefined>(
    (text, key) => (text === undefined ? undefined : sliceChildren(text).get(key)),
    toJson(field, value),
  );
  return json === undefined || json === 'null' ? null : { json };
}

/** Returns JSON, or `null` if the row has no value. */
function readColumn({ column, source }: RunColumnSource, fields: SourceRow['fields']): string | null {
  const value = sourceValue(source, fields);
  return value && toColumnJson(column, value, 'path' in source ? source.conversion : null);
}

/** Reads a column whose JSON is a string. */
function readText(source: RunColumnSource, fields: SourceRow['fields']): string | null {
  const json = readColumn(source, fields);
  return json && JSON.parse(json);
}

/** Returns the default of `total_tokens`. @throws RowFault for a sum that does not fit into the column */
function sumOfTokens(columns: ReadonlyMap<string, string>): string {
  const sum = Number(columns.get('input_tokens')) + Number(columns.get('output_tokens'));
  if (sum <= maxInteger) return String(sum);
  throw new RowFault(
    `\`total_tokens\` is missing, and the sum of \`input_tokens\` and \`output_tokens\` must be at most ${maxInteger}, not ${sum}.`,
  );
}

/** @throws RowFault */
function readFiles(value: FieldValue | null, runId: string): Pick<RunRow, 'filesJson' | 'storageKeys'> {
  if (value === null) return { filesJson: null, storageKeys: [] };
  const json = toJson('files', value);
  if (!Array.isArray(JSON.parse(json))) throw mustBe('files', 'a list of objects', json);
  const names = new Set<string>();
  const storageKeys: string[] = [];
  const filesJson = [...sliceChildren(json).values()].map((file, position) => {
    const columns = readFileColumns(file, `files[${position}]`);
    const [name, direction] = [columns.get('name')!, columns.get('direction')!].map((text) => JSON.parse(text));
    if (names.has(name)) throw mustBe(`files[${position}].name`, 'a name that no other file of the run has', name);
    names.add(name);
    if (direction !== 'INPUT' && direction !== 'OUTPUT')
      throw mustBe(`files[${position}].direction`, 'INPUT or OUTPUT', direction);
    storageKeys.push(JSON.parse(columns.get('storage_key')!));
    const members = [...columns].map(([column, columnJson]) => `"${column}":${columnJson}`);
    return `{"task_run_id":"${runId}","position":${position},${members.join()}}`;
  });
  return { filesJson, storageKeys };
}

/** Returns a file's columns as JSON text. @throws RowFault */
function readFileColumns(file: string, origin: string): ReadonlyMap<string, string> {
  const fields = sliceChildren(file);
  return new Map(
    fileColumns.map((column) => {
      const name = `${origin}.${column.databaseName}`;
      const json = fields.get(column.databaseName) ?? 'null';
      const value = json === 'null' ? null : toColumnJson({ ...column, databaseName: name }, { json }, null);
      if (value === null) throw new RowFault(`\`${name}\` is missing.`);
      return [column.databaseName, value];
    }),
  );
}
