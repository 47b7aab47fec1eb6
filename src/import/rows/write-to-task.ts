// Writes rows of one task in a transaction, with a statement for all runs, which PostgreSQL reads from one JSON text.

import type { DataSource, EntityManager } from 'typeorm';
import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { findErasedRuns } from '../../database/erasures.js';
import { keepFiles } from '../../database/file-deletions.js';
import { isInnerKey } from '../../files/storage.js';
import type { ImportScope } from '../import-catalogue.js';
import { columnList, upsertById } from '../upsert.js';
import { type Failure, type WrittenRows, writeInHalves } from '../write-in-halves.js';
import { mustBe } from './column-value.js';
import type { RunRow } from './run-row.js';

export const rowOutcomes = ['new', 'replaced', 'deleted', 'skipped', 'erased'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

export interface TaskTarget extends ImportScope {
  readonly taskId: string;
  /** Whether runs that exist are replaced. */
  readonly replaces: boolean;
  /** The prefix of storage keys that rows may name; undefined: only those that their runs have already. */
  readonly storagePrefix: string | undefined;
}

const runColumns = columnList(TaskRunEntity);
const fileColumns = columnList(TaskRunFileEntity);

/** $1: the runs as a JSON array. @param isNew SQL: whether a written run did not exist before */
const insertRuns = (onConflict: string, isNew: string) => `
  INSERT INTO task_run (${runColumns})
  SELECT ${runColumns} FROM json_populate_recordset(NULL::task_run, $1::json)
  ${onConflict} RETURNING id, ${isNew} AS "isNew"`;
const addRuns = insertRuns('ON CONFLICT (id) DO NOTHING', 'true');
// A query sees the table as it was before its statement, so a run that another writer inserts meanwhile counts as new. A
// partitioned table returns no system columns, such as `xmax`.
const replaceRuns = insertRuns(
  `${upsertById(TaskRunEntity)} WHERE task_run.task_id = excluded.task_id`,
  'NOT EXISTS (SELECT FROM task_run AS existing WHERE existing.id = task_run.id)',
);

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
 * Writes rows with distinct ids. Rows that the database rejects fail, and the others are written all the same.
 * @param onFailure called before the commit; an error that it throws rolls all rows back
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
    const missingGroups = await findMissingGroups(manager, target, rows);
    const hasMissingGroup = ({ reportingGroupId: id }: RunRow) => id !== null && missingGroups.has(id);
    for (const { line, reportingGroupId } of rows.filter(hasMissingGroup))
      onFailure({ line, reason: `\`reporting_group_id\` must be a group of the project, not "${reportingGroupId}".` });
    const keyFaults = await findKeyFaults(manager, target, rows);
    for (const { line, reason } of rows.flatMap((row) => (hasMissingGroup(row) ? [] : (keyFaults.get(row) ?? []))))
      onFailure({ line, reason });
    await keepFiles(
      manager,
      rows.flatMap(({ storageKeys }) => storageKeys),
    );
    const { outcomes, failures } = await writeInHalves(
      rows.filter((row) => !hasMissingGroup(row) && !keyFaults.has(row)),
      // A nested transaction is a savepoint.
      (part) => manager.transaction((nested) => writeRows(nested, target, part)),
    );
    for (const failure of failures) onFailure(failure);
    return [...outcomes, ...Array.from(erased, () => 'erased' as const)];
  });
}

async function findMissingGroups(
  manager: EntityManager,
  { projectId }: TaskTarget,
  rows: readonly RunRow[],
): Promise<ReadonlySet<string>> {
  const missing = new Set(rows.flatMap(({ reportingGroupId }) => reportingGroupId ?? []));
  if (missing.size === 0) return missing;
  const found: { readonly id: string }[] = await manager.query(findGroups, [[...missing], projectId]);
  for (const { id } of found) missing.delete(id);
  return missing;
}

/** Returns the rows that name bytes which are neither their runs' own nor under the prefix. */
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
      ? 'one that the run has already, unless --storage-prefix allows others'
      : `one that the run has already, or begin with ${JSON.stringify(prefix)} and stay inside the storage`;
  const faults = checked.flatMap((row): [RunRow, Failure][] => {
    const position = row.storageKeys.findIndex((key) => !isUnderPrefix(key) && !own.has(`${row.id} ${key}`));
    if (position === -1) return [];
    const reason = mustBe(`files[${position}].storage_key`, what, row.storageKeys[position]!).message;
    return [[row, { line: row.line, reason }]];
  });
  return new Map(faults);
}

async function writeRows(
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

  const json = `[${runs.map(({ runJson }) => runJson).join()}]`;
  const written: { readonly id: string; readonly isNew: boolean }[] = await manager.query(
    replaces ? replaceRuns : addRuns,
    [json],
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
  if (replaces && withFiles.length > 0) await manager.query(deleteFiles, [withFiles.map(({ id }) => id)]);
  const files = withFiles.flatMap(({ filesJson }) => filesJson!);
  if (files.length > 0) await manager.query(addFiles, [`[${files.join()}]`]);
  return { outcomes, failures };
}

async function idsInOtherTasks(
  manager: EntityManager,
  rows: readonly RunRow[],
  taskId: string,
): Promise<ReadonlySet<unknown>> {
  const found: { readonly id: string }[] = await manager.query(findInOtherTasks, [rows.map(({ id }) => id), taskId]);
  return new Set(found.map(({ id }) => id));
}
