// Writes rows with one statement for all runs. PostgreSQL reads them from one JSON text, because JavaScript would round
// numbers.

import type { DataSource, EntityManager } from 'typeorm';
import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { findErasedRuns } from '../../database/erasures.js';
import { keepFiles } from '../../database/file-deletions.js';
import { isInnerKey } from '../../files/storage.js';
import { type Failure, type WrittenRows, writeInHalves } from '../bisect-write.js';
import type { ImportScope } from '../import-catalogue.js';
import { columnList, upsertById } from '../upsert.js';
import { mustBe } from './column-value.js';
import { type Comparison, compareRuns } from './compare-runs.js';
import { filesToJson, type RunRow, runsToJson } from './run-row.js';

export const rowOutcomes = ['new', 'replaced', 'deleted', 'skipped', 'erased'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

export const runOutcomes = ['new', 'changed', 'unchanged', 'erased'] as const;
export type Outcome = (typeof runOutcomes)[number];

export interface TaskTarget extends ImportScope {
  readonly taskId: string;
  /** Whether existing runs are replaced. */
  readonly replaces: boolean;
  /** The prefix of storage keys to which rows may refer; `undefined` allows only keys that their runs already have. */
  readonly storagePrefix: string | undefined;
}

const runColumns = columnList(TaskRunEntity);
const fileColumns = columnList(TaskRunFileEntity);

/** $1: the runs as a JSON array. */
const insertRuns = `
  INSERT INTO task_run (${runColumns})
  SELECT ${runColumns} FROM json_populate_recordset(NULL::task_run, $1::json)`;
const upsertRuns = `${insertRuns} ${upsertById(TaskRunEntity)}`;
// These return the runs that were written, and whether each one is new.
const addRuns = `${insertRuns} ON CONFLICT (id) DO NOTHING RETURNING id, true AS "isNew"`;
// A query sees the table as it was before its statement, so a run that another writer inserts in the meantime counts as
// new. `xmax` is not an option, because a partitioned table does not return system columns.
const replaceRuns = `${upsertRuns} WHERE task_run.task_id = excluded.task_id
  RETURNING id, NOT EXISTS (SELECT FROM task_run AS existing WHERE existing.id = task_run.id) AS "isNew"`;

/** $1: ids of runs; $2: the task. */
const findInOtherTasks = 'SELECT id FROM task_run WHERE id = ANY ($1::uuid[]) AND task_id <> $2';
const deleteRuns = 'DELETE FROM task_run WHERE id = ANY ($1::uuid[]) AND task_id = $2';

/** $1: ids of reporting groups; $2: the project. */
const findGroups = 'SELECT id FROM reporting_group WHERE id = ANY ($1::uuid[]) AND project_id = $2';

/** $1: ids of runs; $2: the task. */
const findStorageKeys = `
  SELECT task_run_id AS "runId", storage_key AS key FROM task_run_file JOIN task_run ON id = task_run_id
  WHERE id = ANY ($1::uuid[]) AND task_id = $2`;

const deleteFiles = 'DELETE FROM task_run_file WHERE task_run_id = ANY ($1::uuid[])';

/** $1: the rows as a JSON array. */
const addFiles = `
  INSERT INTO task_run_file (${fileColumns})
  SELECT ${fileColumns} FROM json_populate_recordset(NULL::task_run_file, $1::json)`;

/**
 * Writes rows with distinct ids. Rows that the database rejects fail, but the others are still written.
 * @param onFailure called before the commit; if it throws an error, all rows are rolled back
 */
export async function writeToTask(
  dataSource: DataSource,
  target: TaskTarget,
  givenRows: readonly RunRow[],
  onFailure: (failure: Failure) => void,
): Promise<readonly RowOutcome[]> {
  return dataSource.transaction(async (manager) => {
    const erased = await findErasedRuns(manager, givenRows);
    const rows = givenRows.filter(({ id }) => !erased.has(id));
    const groupFaults = await findGroupFaults(manager, target, rows);
    for (const fault of groupFaults.values()) onFailure(fault);
    const keyFaults = await findKeyFaults(manager, target, rows);
    for (const [row, fault] of keyFaults) if (!groupFaults.has(row)) onFailure(fault);
    await keepFiles(
      manager,
      rows.flatMap(({ storageKeys }) => storageKeys),
    );
    const { outcomes, failures } = await writeInHalves(
      rows.filter((row) => !groupFaults.has(row) && !keyFaults.has(row)),
      // A nested transaction is a savepoint.
      (part) => manager.transaction((nested) => writeTaskRows(nested, target, part)),
    );
    for (const failure of failures) onFailure(failure);
    return [...outcomes, ...Array.from(erased, () => 'erased' as const)];
  });
}

/** Returns the rows whose group does not belong to the project. */
async function findGroupFaults(
  manager: EntityManager,
  { projectId }: Pick<ImportScope, 'projectId'>,
  rows: readonly RunRow[],
): Promise<ReadonlyMap<RunRow, Failure>> {
  const missing = new Set(rows.flatMap(({ reportingGroupId }) => reportingGroupId ?? []));
  if (missing.size === 0) return new Map();
  const found: { readonly id: string }[] = await manager.query(findGroups, [[...missing], projectId]);
  for (const { id } of found) missing.delete(id);
  const faults = rows.flatMap((row): [RunRow, Failure][] => {
    const { line, reportingGroupId: id } = row;
    if (id === null || !missing.has(id)) return [];
    return [[row, { line, reason: mustBe('reporting_group_id', 'a group of the project', id).message }]];
  });
  return new Map(faults);
}

/** Returns the rows that refer to bytes which neither belong to their runs nor are under the prefix. */
async function findKeyFaults(
  manager: EntityManager,
  { taskId, storagePrefix: prefix }: TaskTarget,
  rows: readonly RunRow[],
): Promise<ReadonlyMap<RunRow, Failure>> {
  const isUnderPrefix = (key: string) =>
    prefix === '' || (prefix !== undefined && key.startsWith(prefix) && isInnerKey(key));
  const checked = rows.filter(({ storageKeys }) => !storageKeys.every(isUnderPrefix));
  if (checked.length === 0) return new Map();
  const existing: { readonly runId: string; readonly key: string }[] = await manager.query(findStorageKeys, [
    checked.map(({ id }) => id),
    taskId,
  ]);
  const own = new Set(existing.map(({ runId, key }) => `${runId} ${key}`));
  const what =
    prefix === undefined
      ? 'a key that the run already has, unless --storage-prefix allows others'
      : `a key that the run already has, or begin with ${JSON.stringify(prefix)} and stay inside the storage`;
  const faults = checked.flatMap((row): [RunRow, Failure][] => {
    const position = row.storageKeys.findIndex((key) => !isUnderPrefix(key) && !own.has(`${row.id} ${key}`));
    if (position === -1) return [];
    const reason = mustBe(`files[${position}].storage_key`, what, row.storageKeys[position]!).message;
    return [[row, { line: row.line, reason }]];
  });
  return new Map(faults);
}

async function writeTaskRows(
  manager: EntityManager,
  { taskId, replaces }: TaskTarget,
  rows: readonly RunRow[],
): Promise<WrittenRows<RowOutcome>> {
  const outcomes: RowOutcome[] = [];
  const deletedIds = rows.filter(({ runJson }) => runJson === null).map(({ id }) => id);
  const runs = rows.filter(({ runJson }) => runJson !== null);
  if (deletedIds.length > 0) await manager.query(deleteRuns, [deletedIds, taskId]);
  outcomes.push(...deletedIds.map(() => 'deleted' as const));
  if (runs.length === 0) return { outcomes, failures: [] };

  const written: { readonly id: string; readonly isNew: boolean }[] = await manager.query(
    replaces ? replaceRuns : addRuns,
    [runsToJson(runs)],
  );
  outcomes.push(...written.map(({ isNew }) => (isNew ? 'new' : 'replaced')));
  const writtenIds = new Set(written.map(({ id }) => id));
  const others = runs.filter(({ id }) => !writtenIds.has(id));
  const inOtherTasks = others.length === 0 ? new Set() : await idsInOtherTasks(manager, others, taskId);
  const failures = others
    .filter(({ id }) => inOtherTasks.has(id))
    .map(({ line, id }) => ({ line, reason: `\`id\` must not be that of a run of another task, ${id}.` }));
  outcomes.push(...others.slice(failures.length).map(() => 'skipped' as const));

  const withFiles = runs.filter(({ id, filesJson }) => filesJson !== null && writtenIds.has(id));
  await writeFiles(manager, withFiles, { replaces });
  return { outcomes, failures };
}

async function writeFiles(
  manager: EntityManager,
  rows: readonly RunRow[],
  { replaces }: { readonly replaces: boolean },
): Promise<void> {
  if (replaces && rows.length > 0) await manager.query(deleteFiles, [rows.map(({ id }) => id)]);
  if (rows.some(({ filesJson }) => filesJson!.length > 0)) await manager.query(addFiles, [filesToJson(rows)]);
}

async function idsInOtherTasks(
  manager: EntityManager,
  rows: readonly RunRow[],
  taskId: string,
): Promise<ReadonlySet<unknown>> {
  const found: { readonly id: string }[] = await manager.query(findInOtherTasks, [rows.map(({ id }) => id), taskId]);
  return new Set(found.map(({ id }) => id));
}

/**
 * Writes the rows with distinct ids that differ from those in the database, all in one transaction unless a row makes
 * it fail.
 */
export async function writeDiffering(
  dataSource: DataSource,
  projectId: string,
  rows: readonly RunRow[],
): Promise<WrittenRows<Outcome>> {
  return writeInHalves(rows, (part) =>
    dataSource.transaction((manager) => writeDifferingRows(manager, projectId, part)),
  );
}

async function writeDifferingRows(
  manager: EntityManager,
  projectId: string,
  givenRows: readonly RunRow[],
): Promise<WrittenRows<Outcome>> {
  const erased = await findErasedRuns(manager, givenRows);
  const rows = givenRows.filter(({ id }) => !erased.has(id));
  const groupFaults = await findGroupFaults(manager, { projectId }, rows);
  const outcomes = new Map<RunRow, Outcome>();
  const failures: Failure[] = [];
  const differing = { runs: [] as RunRow[], files: [] as RunRow[] };
  for (const [row, comparison] of await compareRuns(manager, projectId, rows)) {
    const { isThere, isSame, hasSameFiles } = comparison;
    const reason = placeFault(row, comparison) ?? groupFaults.get(row)?.reason;
    if (reason !== undefined) failures.push({ line: row.line, reason });
    else {
      if (!isSame) differing.runs.push(row);
      if (!hasSameFiles) differing.files.push(row);
      outcomes.set(row, !isThere ? 'new' : isSame && hasSameFiles ? 'unchanged' : 'changed');
    }
  }
  if (differing.runs.length > 0) await manager.query(upsertRuns, [runsToJson(differing.runs)]);
  await keepFiles(
    manager,
    differing.files.flatMap(({ storageKeys }) => storageKeys),
  );
  await writeFiles(manager, differing.files, { replaces: true });
  if (differing.runs.length + differing.files.length > 0) {
    for (const [row, { isSame, hasSameFiles }] of await compareRuns(manager, projectId, rows)) {
      // A trigger or rule in the database may change rows.
      if (!(isSame && hasSameFiles) && outcomes.delete(row))
        failures.push({ line: row.line, reason: 'The row changed in the database while it was being written.' });
    }
  }
  return { outcomes: [...outcomes.values(), ...Array.from(erased, () => 'erased' as const)], failures };
}

/** Returns the reason why a run does not belong in the project. */
function placeFault({ id, taskId }: RunRow, comparison: Comparison): string | undefined {
  if (!comparison.isOfProject) return mustBe('task_id', 'a task of the project', taskId).message;
  if (comparison.isThereInOtherProject) return `\`id\` must not be that of a run of another project, ${id}.`;
  return undefined;
}
