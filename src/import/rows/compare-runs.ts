import type { EntityManager } from 'typeorm';
import { TaskRunEntity } from '../../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { displayedRow } from '../upsert.js';
import { filesToJson, type RunRow, runsToJson } from './run-row.js';

/** $1: the runs as a JSON array; $2: the rows of their files as a JSON array; $3: the project of the runs. */
const compare = `
  WITH given_files AS (
    SELECT task_run_id, array_agg(${displayedRow(TaskRunFileEntity, 'file')} ORDER BY position) AS files
    FROM json_populate_recordset(NULL::task_run_file, $2::json) AS file GROUP BY task_run_id
  )
  SELECT given.id,
    run.id IS NOT NULL AS "isThere",
    run.id IS NOT NULL AND ${displayedRow(TaskRunEntity, 'run')} *= ${displayedRow(TaskRunEntity, 'given')} AS "isSame",
    given_files.files IS NOT DISTINCT FROM (
      SELECT array_agg(${displayedRow(TaskRunFileEntity, 'file')} ORDER BY position)
      FROM task_run_file AS file WHERE file.task_run_id = given.id
    ) AS "hasSameFiles",
    EXISTS (SELECT FROM task WHERE task.id = given.task_id AND task.project_id = $3) AS "isOfProject",
    run.id IS NOT NULL AND NOT EXISTS (SELECT FROM task WHERE task.id = run.task_id AND task.project_id = $3)
      AS "isThereInOtherProject"
  FROM json_populate_recordset(NULL::task_run, $1::json) AS given
    LEFT JOIN task_run AS run ON run.id = given.id
    LEFT JOIN given_files ON given_files.task_run_id = given.id`;

/** A row's columns in the database. */
export interface Comparison {
  readonly id: string;
  readonly isThere: boolean;
  readonly isSame: boolean;
  /** Whether the list of files is the same; true if the row has none. */
  readonly hasSameFiles: boolean;
  readonly isOfProject: boolean;
  readonly isThereInOtherProject: boolean;
}

/** Compares rows with distinct ids with those in the database. Returns the results in the same order. */
export async function compareRuns(
  manager: EntityManager,
  projectId: string,
  rows: readonly RunRow[],
): Promise<readonly (readonly [RunRow, Comparison])[]> {
  const found: Comparison[] = await manager.query(compare, [runsToJson(rows), filesToJson(rows), projectId]);
  const comparisons = new Map(found.map((comparison) => [comparison.id, comparison]));
  return rows.map((row) => {
    const comparison = comparisons.get(row.id)!;
    return [row, row.filesJson === null ? { ...comparison, hasSameFiles: true } : comparison];
  });
}
