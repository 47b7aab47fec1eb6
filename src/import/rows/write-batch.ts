// Writes a batch of rows in a transaction, with a statement for all runs, which PostgreSQL reads from one JSON text.

import type { DataSource, EntityManager } from 'typeorm';
import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { isDataError } from '../data-error.js';
import type { ImportScope } from '../import-catalogue.js';
import { columnList, upsertById } from '../upsert.js';
import type { RunRow } from './run-row.js';

export type RowOutcome = 'new' | 'replaced' | 'deleted' | 'skipped';

export interface RowFailure {
  readonly row: Pick<RunRow, 'line'>;
  readonly reason: string;
}

export interface BatchResult {
  readonly outcomes: readonly RowOutcome[];
  readonly failures: readonly RowFailure[];
}

export interface BatchTarget extends ImportScope {
  readonly taskId: string;
  /** Whether runs that exist are replaced. */
  readonly replaces: boolean;
}

const runColumns = columnList(TaskRunEntity);
const fileColumns = columnList(TaskRunFileEntity);

/** $1: the runs as a JSON array. */
const insertRuns = (onConflict: string) => `
  INSERT INTO task_run (${runColumns})
  SELECT ${runColumns} FROM json_populate_recordset(NULL::task_run, $1::json)
  ${onConflict} RETURNING id, xmax = 0 AS "isNew"`;
const addRuns = insertRuns('ON CONFLICT (id) DO NOTHING');
const replaceRuns = insertRuns(`${upsertById(TaskRunEntity)} WHERE task_run.task_id = excluded.task_id`);

/** $1: ids of runs; $2: the task. */
const findInOtherTasks = 'SELECT id FROM task_run WHERE id = ANY ($1::uuid[]) AND task_id <> $2';
const deleteRuns = 'DELETE FROM task_run WHERE id = ANY ($1::uuid[]) AND task_id = $2';

/** $1: ids of reporting groups; $2: the project. */
const findGroups = 'SELECT id FROM reporting_group WHERE id = ANY ($1::uuid[]) AND project_id = $2';

const deleteFiles = 'DELETE FROM task_run_file WHERE task_run_id = ANY ($1::uuid[])';

/** $1: the rows as a JSON array. */
const addFiles = `
  INSERT INTO task_run_file (${fileColumns})
  SELECT ${fileColumns} FROM json_populate_recordset(NULL::task_run_file, $1::json)`;

/**
 * Writes rows with distinct ids. Rows that the database rejects fail, and the others are written all the same.
 * @param onFailures called before the commit; an error that it throws rolls the batch back
 */
export async function writeBatch(
  dataSource: DataSource,
  target: BatchTarget,
  rows: readonly RunRow[],
  onFailures: (failures: readonly RowFailure[]) => void,
): Promise<BatchResult> {
  return dataSource.transaction(async (manager) => {
    const missingGroups = await findMissingGroups(manager, target, rows);
    const hasMissingGroup = ({ reportingGroupId: id }: RunRow) => id !== null && missingGroups.has(id);
    const written = await writeOrHalve(
      manager,
      target,
      rows.filter((row) => !hasMissingGroup(row)),
    );
    const withMissingGroup = rows.filter(hasMissingGroup).map((row) => ({
      row,
      reason: `\`reporting_group_id\` must be a group of the project, not "${row.reportingGroupId}".`,
    }));
    const failures = [...withMissingGroup, ...written.failures];
    onFailures(failures);
    return { outcomes: written.outcomes, failures };
  });
}

async function findMissingGroups(
  manager: EntityManager,
  { projectId }: BatchTarget,
  rows: readonly RunRow[],
): Promise<ReadonlySet<string>> {
  const missing = new Set(rows.flatMap(({ reportingGroupId }) => reportingGroupId ?? []));
  if (missing.size === 0) return missing;
  const found: { readonly id: string }[] = await manager.query(findGroups, [[...missing], projectId]);
  for (const { id } of found) missing.delete(id);
  return missing;
}

/** Retries each half separately, down to a single row, if a value makes the statements fail. */
async function writeOrHalve(
  manager: EntityManager,
  target: BatchTarget,
  rows: readonly RunRow[],
): Promise<BatchResult> {
  try {
    // A nested transaction is a savepoint.
    return await manager.transaction((nested) => writeRows(nested, target, rows));
  } catch (error) {
    if (!isDataError(error)) throw error;
    // Only the message: the detail of such an error may have the row.
    if (rows.length === 1) return { outcomes: [], failures: [{ row: rows[0]!, reason: (error as Error).message }] };
    const middle = rows.length >> 1;
    const first = await writeOrHalve(manager, target, rows.slice(0, middle));
    const second = await writeOrHalve(manager, target, rows.slice(middle));
    return { outcomes: [...first.outcomes, ...second.outcomes], failures: [...first.failures, ...second.failures] };
  }
}

async function writeRows(
  manager: EntityManager,
  { taskId, replaces }: BatchTarget,
  rows: readonly RunRow[],
): Promise<BatchResult> {
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
    .map((row) => ({ row, reason: `\`id\` must not be that of a run of another task, ${row.id}.` }));
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
