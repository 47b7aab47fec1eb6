import type { RawJson } from '../json/raw-json.js';
import { toPicked, toRawJson } from './json-pick.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import type { StoredFile } from './run-columns.js';
import { RunPart, type RunSelection } from './run-parts.js';
import type { RunScope } from './run-scope.js';

interface PageRows {
  readonly rows: readonly (readonly unknown[])[];
  readonly columnNames: readonly string[];
}

/** A row of the page's statement by its column names, with room for what a run has beyond them. */
type NamedRow = Omit<Writable<TaskRunRecord>, 'response' | 'runData' | 'submitted' | 'picked' | 'files'> & {
  response: string | RawJson | null;
  runData: string | RawJson | null;
  submitted: string | RawJson | null;
  picked: readonly (string | null)[] | ReadonlyMap<string, RawJson | null> | null;
  /** The groups and files of all runs: null in all rows but one, and there if there are none. */
  groups: readonly ReportingGroupRecord[] | null;
  files: readonly StoredFile[] | TaskRunFileRecord[] | null | undefined;
};
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The rows as runs with their relations. */
export function toRunRecords(page: PageRows, { path }: RunScope, { parts, picks }: RunSelection): TaskRunRecord[] {
  const rows = toNamedRows(page);
  const groups = rows.find((row) => row.groups)?.groups ?? [];
  const groupById = new Map(groups.map((group) => [group.id, group]));
  const files = rows.find((row) => row.files)?.files as StoredFile[] | undefined;
  for (const row of rows) {
    row.orgId = path.orgId;
    row.projectId = path.projectId;
    row.response = toRawJson(row.response as string | null);
    row.runData = toRawJson(row.runData as string | null);
    row.submitted = toRawJson(row.submitted as string | null);
    if (picks.length > 0) row.picked = toPicked(picks, row.picked as (string | null)[]);
    row.reportingGroup = parts & RunPart.reportingGroup ? (groupById.get(row.reportingGroupId!) ?? null) : undefined;
    row.files = parts & RunPart.files ? [] : undefined;
  }
  const runs = rows as unknown as TaskRunRecord[];
  if (files) addFiles(runs, files);
  return runs;
}

function toNamedRows({ rows, columnNames }: PageRows): NamedRow[] {
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

function addFiles(runs: readonly TaskRunRecord[], files: readonly StoredFile[]): void {
  const runById = new Map(runs.map((run) => [run.id, run]));
  for (const file of files) {
    const run = runById.get(file.taskRunId)!;
    (run.files as TaskRunFileRecord[]).push(Object.assign(file, { run }));
  }
}
