// Deletes runs that a mirrored service no longer has, and the bytes of files to which rows no longer refer.

import type { DataSource } from 'typeorm';
import { deleteRecordedFiles, deleteRunsWithFiles } from '../../database/file-deletions.js';
import type { FileStorage } from '../../files/storage.js';
import type { PageSpool } from './page-spool.js';
import type { MirroredPath } from './run-pages.js';

export interface DeletionTarget {
  readonly dataSource: DataSource;
  /** Only runs under this path are deleted. Another mirror, or their owner, may have put runs elsewhere. */
  readonly path: MirroredPath;
  /** Opens the storage. Called once there are bytes to delete. */
  readonly openStorage: () => Promise<FileStorage>;
}

const maxBatchSize = 1000;
/** Tasks under the path $1, $2. A run may have moved between them since it was imported. */
const isUnderPath = `task_run.task_id IN (
  SELECT id FROM task WHERE project_id = $1 AND ($2::uuid IS NULL OR id = $2))`;

/** Deletes those of the runs that are under the path. Returns the number of deleted runs. */
export async function deleteRuns(target: DeletionTarget, runIds: readonly string[]): Promise<number> {
  const { dataSource, path } = target;
  const deleted = await dataSource.transaction((manager) =>
    deleteRunsWithFiles(manager, {
      text: `SELECT id FROM task_run WHERE task_run.id = ANY ($3::uuid[]) AND ${isUnderPath} ORDER BY id FOR UPDATE`,
      values: [path.projectId, path.taskId, runIds],
    }),
  );
  await deleteBytes(target);
  return deleted.length;
}

/**
 * Deletes all runs under the path except those in the spool, whose entries are lists of ids. Returns the number of
 * deleted runs.
 */
export async function deleteOtherRuns(target: DeletionTarget, present: PageSpool): Promise<number> {
  const { path } = target;
  const deleted = await target.dataSource.transaction(async (manager) => {
    await manager.query('CREATE TEMPORARY TABLE present_run (id uuid PRIMARY KEY) ON COMMIT DROP');
    for await (const ids of present.reversed()) {
      await manager.query(
        'INSERT INTO present_run SELECT jsonb_array_elements_text($1::jsonb)::uuid ON CONFLICT DO NOTHING',
        [ids],
      );
    }
    let count = 0;
    for (;;) {
      const others = await deleteRunsWithFiles(manager, {
        text: `SELECT id FROM task_run
          WHERE ${isUnderPath} AND NOT EXISTS (SELECT FROM present_run WHERE present_run.id = task_run.id)
          LIMIT ${maxBatchSize} FOR UPDATE`,
        values: [path.projectId, path.taskId],
      });
      if (others.length === 0) return count;
      count += others.length;
    }
  });
  await deleteBytes(target);
  return deleted;
}

/** Deletes the bytes of the recorded keys. */
export async function deleteBytes({ dataSource, openStorage }: Omit<DeletionTarget, 'path'>): Promise<void> {
  let storage: Promise<FileStorage> | undefined;
  await deleteRecordedFiles(dataSource, async (key) => {
    storage ??= openStorage();
    await (await storage).delete(key);
  });
}
