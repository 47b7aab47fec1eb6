// The statements for a batch of runs, which are in temporary tables of its transaction.

import { TaskRunEntity } from '../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../database/entities/task-run-file.entity.js';
import { columnList, displayedRow, upsertById } from './upsert.js';

const fileColumns = columnList(TaskRunFileEntity);
const runColumns = columnList(TaskRunEntity);

/** Sets the zone, too, because timestamps without one are in UTC. */
export const createTables = `
  SET LOCAL TimeZone = 'UTC';
  CREATE TEMPORARY TABLE given_run ON COMMIT DROP AS
    SELECT ${runColumns}, NULL::integer AS number, NULL::boolean AS has_files FROM task_run WITH NO DATA;
  CREATE TEMPORARY TABLE given_file ON COMMIT DROP AS SELECT ${fileColumns} FROM task_run_file WITH NO DATA`;

/** $1: the runs as a JSON array, which PostgreSQL parses, so that JavaScript does not round numbers. */
export const fillRuns = 'INSERT INTO given_run SELECT * FROM json_populate_recordset(NULL::given_run, $1::json)';

/** $1: the rows of files as a JSON array. */
export const fillFiles = 'INSERT INTO given_file SELECT * FROM json_populate_recordset(NULL::given_file, $1::json)';

/** Compares each row with the database. $1: the project of the runs. */
export const compare = `
  WITH given_files AS (
    SELECT task_run_id, array_agg(${displayedRow(TaskRunFileEntity, 'file')} ORDER BY position) AS files
    FROM given_file AS file GROUP BY task_run_id
  )
  SELECT given.number,
    given.id,
    given.task_id AS "taskId",
    given.reporting_group_id AS "groupId",
    run.id IS NOT NULL AS "isThere",
    run.id IS NOT NULL AND ${displayedRow(TaskRunEntity, 'run')} *= ${displayedRow(TaskRunEntity, 'given')} AS "isSame",
    NOT given.has_files OR given_files.files IS NOT DISTINCT FROM (
      SELECT array_agg(${displayedRow(TaskRunFileEntity, 'file')} ORDER BY position)
      FROM task_run_file AS file WHERE file.task_run_id = given.id
    ) AS "hasSameFiles",
    EXISTS (SELECT FROM task WHERE task.id = given.task_id AND task.project_id = $1) AS "isOfProject",
    run.id IS NOT NULL AND NOT EXISTS (SELECT FROM task WHERE task.id = run.task_id AND task.project_id = $1)
      AS "isThereInOtherProject",
    given.reporting_group_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM reporting_group AS held WHERE held.id = given.reporting_group_id AND held.project_id = $1
    ) AS "isGroupMissing"
  FROM given_run AS given
    LEFT JOIN task_run AS run ON run.id = given.id
    LEFT JOIN given_files ON given_files.task_run_id = given.id
  ORDER BY given.number`;

/** A row of {@link compare}. */
export interface Comparison {
  readonly number: number;
  readonly id: string;
  readonly taskId: string;
  readonly groupId: string | null;
  readonly isThere: boolean;
  readonly isSame: boolean;
  readonly hasSameFiles: boolean;
  readonly isOfProject: boolean;
  readonly isThereInOtherProject: boolean;
  readonly isGroupMissing: boolean;
}

/** $1: the numbers of rows. */
export const writeRuns = `
  INSERT INTO task_run (${runColumns})
  SELECT ${runColumns} FROM given_run WHERE number = ANY ($1::integer[])
  ${upsertById(TaskRunEntity)}`;

/** $1: the ids of runs. */
export const deleteFiles = 'DELETE FROM task_run_file WHERE task_run_id = ANY ($1::uuid[])';

/** $1: the ids of runs. */
export const writeFiles = `
  INSERT INTO task_run_file (${fileColumns})
  SELECT ${fileColumns} FROM given_file WHERE task_run_id = ANY ($1::uuid[])`;
