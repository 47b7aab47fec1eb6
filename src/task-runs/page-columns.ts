// What a page's statement selects: a column for each of the runs' own, which the database writes far cheaper than JSON, and
// the relations of all runs as one JSON value each, in one of the rows.

import type { DataSource } from 'typeorm';
import { ReportingGroupEntity } from '../database/entities/reporting-group.entity.js';
import { TaskRunEntity } from '../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../database/entities/task-run-file.entity.js';
import { columnValues, jsonObject } from '../database/json-object.js';
import type { SqlParameters } from '../database/sql-parameters.js';
import { pickedTexts, toPickParameter } from './json-pick.js';
import { responseBytes } from './run-columns.js';
import { coreProperties, RunPart, type RunParts, type RunSelection } from './run-parts.js';

/** Columns of a SELECT list over the page's runs (`run`), each with its name. */
type Columns = (readonly [name: string, sql: string])[];

/** Which columns there are depends on which parts are selected, and on whether there are picks. */
export function createPageColumns(
  dataSource: DataSource,
): (selection: RunSelection, parameters: SqlParameters) => Columns {
  const runColumns = (isWanted: (property: string) => boolean) =>
    columnValues(dataSource.getMetadata(TaskRunEntity), 'run', isWanted);
  const core = runColumns((property) => (coreProperties as readonly string[]).includes(property));
  const withDetails = runColumns((property) => property !== 'response' && property !== 'runData');
  const group = jsonObject(dataSource.getMetadata(ReportingGroupEntity), 'reporting_group');
  const file = jsonObject(dataSource.getMetadata(TaskRunFileEntity), 'file');
  const optional: [part: RunParts, name: string, sql: string][] = [
    [RunPart.response, 'response', 'run.response::text'],
    [RunPart.runData, 'runData', 'run.run_data::text'],
    [RunPart.submitted, 'submitted', `(run.run_data -> 'submitted')::text`],
    [RunPart.responseBytes, 'responseBytes', responseBytes],
    [
      RunPart.reportingGroup,
      'groups',
      inOneRow(`SELECT json_agg(${group}) FROM reporting_group
        WHERE id = ANY (ARRAY(SELECT DISTINCT reporting_group_id FROM run))`),
    ],
    [
      RunPart.files,
      'files',
      inOneRow(`SELECT json_agg(${file} ORDER BY position) FROM task_run_file AS file
        WHERE task_run_id = ANY (ARRAY(SELECT id FROM run))`),
    ],
  ];

  return ({ parts, picks }, parameters) => [
    ...(parts & RunPart.details ? withDetails : core),
    ...optional.flatMap(([part, name, sql]) => (parts & part ? [[name, sql] as const] : [])),
    ...(picks.length > 0 ? [['picked', pickedTexts(parameters.add(toPickParameter(picks), 'jsonb'))] as const] : []),
  ];
}

function inOneRow(query: string): string {
  return `CASE WHEN row_number() OVER () = 1 THEN (${query}) END`;
}
