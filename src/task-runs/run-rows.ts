import { type JsonColumns, toRows } from '../database/json-object.js';
import type { RawJson } from '../json/raw-json.js';
import { toPicked, toRawJson } from './json-pick.js';
import type { ReportingGroupRecord, StoredFile, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { RunPart, type RunSelection } from './run-parts.js';

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
  const groups = toRows(rows.find((row) => row.groups)?.groups);
  const groupById = new Map(groups.map((group) => [group.id, group]));
  const filesOf = toFilesByRun(toRows(rows.find((row) => row.files)?.files as JsonColumns<StoredFile> | undefined));
  return rows.map((row, index) => {
    if (row.id === null) return null;
    const { path, selection } = askedAt(index);
    const { parts, picks } = selection;
    row.orgId = path.orgId;
    row.projectId = path.projectId;
    row.response = toRawJson(row.response as string | null);
    row.runData = toRawJson(row.runData as string | null);
    row.submitted = toRawJson(row.submitted as string | null);
    row.picked = row.picked && toPicked(picks, row.picked as (string | null)[]);
    row.reportingGroup = parts & RunPart.reportingGroup ? (groupById.get(row.reportingGroupId!) ?? null) : undefined;
    const run = row as unknown as TaskRunRecord;
    row.files = parts & RunPart.files ? (filesOf.get(run.id) ?? []).map((file) => ({ ...file, run })) : undefined;
    return run;
  });
}

function toNamedRows({ rows, columnNames }: RunRows): NamedRow[] {
  const further = [
    'orgId',
    'projectId',
    'response',
    'runData',
    'submitted',
    'picked',
    'groups',
    'reportingGroup',
    'files',
  ];
  const names = Object.fromEntries([...columnNames, ...further].map((name) => [name, null]));
  // An object that was parsed stays a fast one however many properties it has; one filled name by name does not.
  const empty: Record<string, unknown> = JSON.parse(JSON.stringify(names));
  return rows.map((values) => {
    const row = { ...empty };
    for (let index = 0; index < columnNames.length; index += 1) row[columnNames[index]!] = values[index];
    return row as unknown as NamedRow;
  });
}

function toFilesByRun(files: readonly StoredFile[]): ReadonlyMap<string, readonly StoredFile[]> {
  const filesOf = new Map<string, StoredFile[]>();
  for (const file of files) {
    const others = filesOf.get(file.taskRunId);
    if (others) others.push(file);
    else filesOf.set(file.taskRunId, [file]);
  }
  return filesOf;
}
