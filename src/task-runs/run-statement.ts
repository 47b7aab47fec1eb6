// The one statement that reads runs by path: for each asked path it brings the facts the policy decides on, and the run.

import type { DataSource } from 'typeorm';
import { ReportingGroupEntity } from '../database/entities/reporting-group.entity.js';
import type { RunVisibility } from '../database/entities/task.entity.js';
import { TaskRunEntity } from '../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../database/entities/task-run-file.entity.js';
import { jsonObject } from '../database/json-object.js';
import { type Statement, unseenArrays } from '../database/statements.js';
import { highestRoleRank } from './highest-role-rank.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { coreProperties, RunPart, type RunParts } from './run-parts.js';
import type { RunPath } from './run-path.js';

/** One asked path, on behalf of one subject. */
export interface RunKey {
  readonly path: RunPath;
  readonly subject: string;
  readonly parts: RunParts;
}

/** A file's row, before it is tied to its run. */
export type StoredFile = Omit<TaskRunFileRecord, 'run'>;

/** What the statement answers for one key. */
export interface RunRow {
  readonly facts: RunFacts;
  // JSON that is only passed on stands beside, as text.
  readonly response: string | null;
  readonly runData: string | null;
  readonly submitted: string | null;
}

interface RunFacts {
  /** The place in `rolesByRank`, from 1, of the subject's highest role on the true beginning of the path; 0: none. */
  readonly rank: number;
  /** null: the path is not a true chain. */
  readonly visibility: RunVisibility | null;
  readonly executed: boolean;
  /** The run's JSON is beyond the limit of bytes and was left out. */
  readonly isTooLarge: boolean;
  readonly run: TaskRunRecord | null;
  readonly group: ReportingGroupRecord | null;
  /** null: there are none, or they were not asked for. */
  readonly files: StoredFile[] | null;
}

/** The values of the statement, in its order. */
export function toRunStatementValues(keys: readonly RunKey[], byteLimit: number): unknown[] {
  return [
    keys.map(({ path }) => path.orgId),
    keys.map(({ path }) => path.projectId),
    keys.map(({ path }) => path.taskId),
    keys.map(({ path }) => path.id),
    keys.map(({ subject }) => subject),
    keys.map(({ parts }) => parts),
    byteLimit,
  ];
}

export function createRunStatement(dataSource: DataSource): Statement {
  const run = (isWanted: (property: string) => boolean) =>
    jsonObject(dataSource.getMetadata(TaskRunEntity), 'run', isWanted, {
      orgId: 'project.org_id',
      projectId: 'task.project_id',
    });
  const core = run((property) => (coreProperties as readonly string[]).includes(property));
  const withDetails = run((property) => property !== 'response' && property !== 'runData');
  const group = jsonObject(dataSource.getMetadata(ReportingGroupEntity), 'reporting_group');
  const file = jsonObject(dataSource.getMetadata(TaskRunFileEntity), 'file');
  return {
    name: 'task_runs_by_path',
    text: `
SELECT
  json_build_object(
    'rank', coalesce(granted.rank, 0),
    'visibility', task.run_visibility,
    'executed', coalesce(run.user_id::text = asked.subject, false),
    'isTooLarge', coalesce(size.bytes > $7, false),
    'run', CASE WHEN run.id IS NULL THEN NULL WHEN asked.parts & ${RunPart.details} <> 0 THEN ${withDetails} ELSE ${core} END,
    'group', ${whenAsked(
      RunPart.reportingGroup,
      `(SELECT ${group} FROM reporting_group WHERE reporting_group.id = run.reporting_group_id)`,
    )},
    'files', ${whenAsked(
      RunPart.files,
      `(SELECT json_agg(${file} ORDER BY file.position) FROM task_run_file AS file WHERE file.task_run_id = run.id)`,
    )}
  ) AS facts,
  ${whenAsked(RunPart.response, 'run.response::text')} AS response,
  ${whenAsked(RunPart.runData, 'run.run_data::text')} AS "runData",
  ${whenAsked(RunPart.submitted, "(run.run_data -> 'submitted')::text")} AS submitted
FROM unnest(${unseenArrays(['uuid', 'uuid', 'uuid', 'uuid', 'text', 'integer'])})
  WITH ORDINALITY AS asked (org_id, project_id, task_id, id, subject, parts, position)
LEFT JOIN organization ON organization.id = asked.org_id
LEFT JOIN project ON project.id = asked.project_id AND project.org_id = organization.id
LEFT JOIN task ON task.id = asked.task_id AND task.project_id = project.id
LEFT JOIN LATERAL (${highestRoleRank}) AS granted ON true
LEFT JOIN task_run AS run ON run.id = asked.id AND run.task_id = task.id AND granted.rank IS NOT NULL
LEFT JOIN LATERAL (SELECT ${storedBytes} AS bytes) AS size ON true
ORDER BY asked.position`,
  };
}

function whenAsked(part: number, sql: string): string {
  return `CASE WHEN asked.parts & ${part} <> 0 AND NOT coalesce(size.bytes > $7, false) THEN ${sql} END`;
}

/** The bytes of the asked JSON as stored, which costs no reading of it. */
const storedBytes = `
  CASE WHEN asked.parts & ${RunPart.response} <> 0 THEN coalesce(pg_column_size(run.response), 0) ELSE 0 END
  + CASE WHEN asked.parts & ${RunPart.runData | RunPart.submitted} <> 0 THEN coalesce(pg_column_size(run.run_data), 0) ELSE 0 END`;
