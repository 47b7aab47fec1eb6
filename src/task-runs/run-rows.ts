import type { JsonColumns } from '../database/json-object.js';
import type { RawJson } from '../json/raw-json.js';
import { toPicked, toRawJson } from './json-pick.js';
import type { ReportingGroupRecord, StoredFile, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { type PageColumns, RunInColumns } from './run-in-columns.js';
import { RunPart, type RunSelection } from './run-parts.js';
import { filesOfRun, type Relations, toRelations } from './run-relations.js';

interface RunRows {
  readonly rows: readonly (readonly unknown[])[];
  /** Of the first columns of each row; what follows them is not looked at. */
  readonly columnNames: readonly string[];
}

/** What a row was read for. */
interface AskedRun {
  readonly path: Pick<TaskRunRecord, 'orgId' | 'projectId'>;
  readonly selection: RunSelection;
}

/** A row by its column names, with room for what a run has beyond them. */
type NamedRow = Omit<Writable<TaskRunRecord>, 'id' | 'response' | 'runData' | 'submitted' | 'picked' | 'files'> & {
  id: string | null;
  response: string | RawJson | null;
  runData: string | RawJson | null;
  submitted: string | RawJson | null;
  picked: readonly (string | null)[] | ReadonlyMap<string, RawJson | null> | null;
  /** The groups and files of all runs: in one row. */
  groups: JsonColumns<ReportingGroupRecord> | null;
  files: JsonColumns<StoredFile> | readonly TaskRunFileRecord[] | null | undefined;
};
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The rows of a statement with `createRunColumns`, as runs with their relations; null for a row without a run.
 * @param askedAt what the row of this index was read for
 */
export function toRunRecords(read: RunRows, askedAt: (index: number) => AskedRun): (TaskRunRecord | null)[] {
  const rows = toNamedRows(read);
  const relations = toRelations(
    rows.find((row) => row.groups)?.groups,
    rows.find((row) => row.files)?.files as JsonColumns<StoredFile> | undefined,
  );
  return rows.map((row, index) => (row.id === null ? null : toRunRecord(row, relations, askedAt(index))));
}

/** Runs as one array for each of their properties, and one text with a line for each of them for their JSON. */
export interface ColumnarPage {
  readonly runs: JsonColumns<TaskRunRecord>;
  readonly groups?: JsonColumns<ReportingGroupRecord>;
  readonly files?: JsonColumns<StoredFile>;
  readonly response?: string | null;
  readonly runData?: string | null;
  readonly submitted?: string | null;
}

/** The runs of one task with their relations, all read for the same. */
export function toRunRecordsOfColumns(
  read: ColumnarPage,
  { path, parts }: Pick<PageColumns, 'path' | 'parts'>,
): TaskRunRecord[] {
  const columns: PageColumns = {
    path,
    parts,
    values: read.runs,
    response: read.response?.split('\n'),
    runData: read.runData?.split('\n'),
    submitted: read.submitted?.split('\n'),
    relations: toRelations(read.groups, read.files),
  };
  return (read.runs.id ?? []).map((_, index) => new RunInColumns(columns, index));
}

/** The row becomes the record: it is nobody else's, so nothing is copied. */
function toRunRecord(
  row: NamedRow,
  relations: Relations,
  { path, selection: { parts, picks } }: AskedRun,
): TaskRunRecord {
  // Of all rows, other callers' among them: no record keeps it.
  row.groups = null;
  row.orgId = path.orgId;
  row.projectId = path.projectId;
  row.response = toRawJson(row.response as string | null);
  row.runData = toRawJson(row.runData as string | null);
  row.submitted = toRawJson(row.submitted as string | null);
  row.picked = row.picked && toPicked(picks, row.picked as (string | null)[]);
  row.reportingGroup =
    parts & RunPart.reportingGroup ? (relations.groupById.get(row.reportingGroupId!) ?? null) : undefined;
  const run = row as unknown as TaskRunRecord;
  row.files = parts & RunPart.files ? filesOfRun(run, relations) : undefined;
  return run;
}

function toNamedRows({ rows, columnNames }: RunRows): NamedRow[] {
  const empty = emptyRow(columnNames);
  return rows.map((values) => {
    const row: Record<string, unknown> = { ...empty };
    for (let index = 0; index < columnNames.length; index += 1) row[columnNames[index]!] = values[index];
    return row as unknown as NamedRow;
  });
}

const furtherNames = [
  'orgId',
  'projectId',
  'taskId',
  'response',
  'runData',
  'submitted',
  'picked',
  'groups',
  'reportingGroup',
  'files',
];

/** By the names of columns, of which there are few combinations. */
const emptyRows = new Map<string, Readonly<Record<string, null>>>();

/** To copy: an object that was parsed stays a fast one however many properties it has; one filled name by name does not. */
function emptyRow(columnNames: readonly string[]): Readonly<Record<string, null>> {
  const key = columnNames.join();
  let row = emptyRows.get(key);
  if (row === undefined) {
    row = JSON.parse(JSON.stringify(Object.fromEntries([...columnNames, ...furtherNames].map((name) => [name, null]))));
    emptyRows.set(key, row!);
  }
  return row!;
}
