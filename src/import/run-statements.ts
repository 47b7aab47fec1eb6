// The statements of one batch of runs, which stand in temporary tables of its transaction.

import { TaskRunEntity } from '../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../database/entities/task-run-file.entity.js';
import { columnList, displayedRow, upsertById } from './upsert.js';

const fileColumns = columnList(TaskRunFileEntity);
const runColumns = columnList(TaskRunEntity);

/** A timestamp without a zone is in UTC. */
export const createTables = `
  SET LOCAL TimeZone = 'UTC';
  CREATE TEMPORARY TABLE given_run ON COMMIT DROP AS
    SELECT ${runColumns}, NULL::integer AS number, NULL::jsonb AS files FROM task_run WITH NO DATA;
  CREATE TEMPORARY TABLE given_file ON COMMIT DROP AS SELECT ${fileColumns} FROM task_run_file WITH NO DATA`;

/** $1: an array of the lines. PostgreSQL reads their JSON, so that no number passes through one of JavaScript. */
export const fillRuns = `
  INSERT INTO given_run (${runColumns}, number, files)
  SELECT ${columnList(TaskRunEntity, 'run')}, number, nullif(json -> 'files', 'null')
  FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS lines (json, number),
    jsonb_populate_record(NULL::task_run, json) AS run`;

const fileValues = columnList(TaskRunFileEntity, 'file')
  .replace('file."task_run_id"', 'given_run.id')
  .replace('file."position"', 'place - 1');

export const fillFiles = `
  INSERT INTO given_file (${fileColumns})
  SELECT ${fileValues}
  FROM given_run, jsonb_array_elements(files) WITH ORDINALITY AS element (value, place),
    jsonb_populate_record(NULL::task_run_file, value) AS file`;

/** What the database holds of each line. $1: the project that the runs belong to. */
export const compare = `
  WITH given_files AS (
    SELECT task_run_id, array_agg(${displayedRow(TaskRunFileEntity, 'file')} ORDER BY position) AS files
    FROM given_file AS file GROUP BY task_run_id
  )
  SELECT given.number,
    given.id,
    run.id IS NOT NULL AS "isThere",
    run.id IS NOT NULL AND ${displayedRow(TaskRunEntity, 'run')} *= ${displayedRow(TaskRunEntity, 'given')} AS "isSame",
    given.files IS NULL OR given_files.files IS NOT DISTINCT FROM (
      SELECT array_agg(${displayedRow(TaskRunFileEntity, 'file')} ORDER BY position)
      FROM task_run_file AS file WHERE file.task_run_id = given.id
    ) AS "hasSameFiles",
    EXISTS (SELECT FROM task WHERE task.id = given.task_id AND task.project_id = $1) AS "isOfProject",
    run.id IS NOT NULL AND NOT EXISTS (SELECT FROM task WHERE task.id = run.task_id AND task.project_id = $1)
      AS "isThereInOtherProject"
  FROM given_run AS given
    LEFT JOIN task_run AS run ON run.id = given.id
    LEFT JOIN given_files ON given_files.task_run_id = given.id
  ORDER BY given.number`;

/** As {@link compare} returns it. */
export interface Comparison {
  readonly number: number;
  readonly id: string;
  readonly isThere: boolean;
  readonly isSame: boolean;
  readonly hasSameFiles: boolean;
  readonly isOfProject: boolean;
  readonly isThereInOtherProject: boolean;
}

/** $1: the numbers of lines. */
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
