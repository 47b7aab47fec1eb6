// What a statement that reads runs selects of the row `run`: one JSON column with all that the program looks at, and the
// JSON that is only passed on as text beside it. Each is read only where the asked parts say so.

import type { DataSource } from 'typeorm';
import { ReportingGroupEntity } from '../database/entities/reporting-group.entity.js';
import { TaskRunEntity } from '../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../database/entities/task-run-file.entity.js';
import { jsonObject } from '../database/json-object.js';
import { pickedTexts } from './json-pick.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { coreProperties, RunPart, type RunParts } from './run-parts.js';

/** SQL expressions that the columns depend on. */
interface ColumnSources {
  /** The asked {@link RunParts}. */
  readonly parts: string;
  /** The asked picks, as {@link pickedTexts} takes them. */
  readonly picks: string;
  readonly orgId: string;
  readonly projectId: string;
  /** Whether JSON and relations are left out all the same. */
  readonly isLeftOut?: string;
}

/** A file's row, before it is tied to its run. */
export type StoredFile = Omit<TaskRunFileRecord, 'run'>;

/** What the columns bring of one run. */
export interface RunColumns {
  readonly facts: {
    readonly run: TaskRunRecord | null;
    readonly group: ReportingGroupRecord | null;
    /** null: there are none, or they were not asked for. */
    readonly files: StoredFile[] | null;
    readonly responseBytes: number | null;
  };
  readonly response: string | null;
  readonly runData: string | null;
  readonly submitted: string | null;
  /** null: none were asked for. */
  readonly picked: readonly (string | null)[] | null;
}

/** SQL: the length of the response's JSON text; null where there is no response. */
export const responseBytes = "octet_length(nullif(run.response, 'null')::text)";

/** `facts` are the pairs of a json_build_object, `texts` the columns beside it. */
export function createRunColumns(dataSource: DataSource, sources: ColumnSources): { facts: string; texts: string } {
  const { parts, picks, orgId, projectId, isLeftOut } = sources;
  const unlessLeftOut = isLeftOut ? ` AND NOT ${isLeftOut}` : '';
  const whenAsked = (part: RunParts, sql: string) =>
    `CASE WHEN ${parts} & ${part} <> 0${unlessLeftOut} THEN ${sql} END`;
  const run = (isWanted: (property: string) => boolean) =>
    jsonObject(dataSource.getMetadata(TaskRunEntity), 'run', isWanted, { orgId, projectId });
  const core = run((property) => (coreProperties as readonly string[]).includes(property));
  const withDetails = run((property) => property !== 'response' && property !== 'runData');
  const group = jsonObject(dataSource.getMetadata(ReportingGroupEntity), 'reporting_group');
  const file = jsonObject(dataSource.getMetadata(TaskRunFileEntity), 'file');
  const groups = `(SELECT ${group} FROM reporting_group WHERE reporting_group.id = run.reporting_group_id)`;
  const files = `(SELECT json_agg(${file} ORDER BY file.position) FROM task_run_file AS file WHERE file.task_run_id = run.id)`;
  return {
    facts: `
    'run', CASE WHEN run.id IS NULL THEN NULL WHEN ${parts} & ${RunPart.details} <> 0 THEN ${withDetails} ELSE ${core} END,
    'group', ${whenAsked(RunPart.reportingGroup, groups)},
    'files', ${whenAsked(RunPart.files, files)},
    'responseBytes', ${whenAsked(RunPart.responseBytes, responseBytes)}`,
    texts: `
  ${whenAsked(RunPart.response, 'run.response::text')} AS response,
  ${whenAsked(RunPart.runData, 'run.run_data::text')} AS "runData",
  ${whenAsked(RunPart.submitted, "(run.run_data -> 'submitted')::text")} AS submitted,
  CASE WHEN ${picks} IS NOT NULL${unlessLeftOut} THEN ${pickedTexts(picks)} END AS picked`,
  };
}
