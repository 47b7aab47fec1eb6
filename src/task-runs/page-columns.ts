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

type Column = readonly [name: string, sql: string];

type OptionalColumn = readonly [part: RunParts, name: string, sql: string];

interface PageColumns {
  /** Over each run of the page (`run`). */
  readonly ofRun: readonly Column[];
  /** Over the finished rows (`page_run`); all rows but one have null there. */
  readonly ofPage: readonly Column[];
}

/** Which columns there are depends on which parts are selected, and on whether there are picks. */
export function createPageColumns(
  dataSource: DataSource,
): (selection: RunSelection, parameters: SqlParameters) => PageColumns {
  const runColumns = (isWanted: (property: string) => boolean) =>
    columnValues(dataSource.getMetadata(TaskRunEntity), 'run', isWanted);
  const core = runColumns((property) => (coreProperties as readonly string[]).includes(property));
  const withDetails = runColumns((property) => property !== 'response' && property !== 'runData');
  const group = jsonObject(dataSource.getMetadata(ReportingGroupEntity), 'reporting_group');
  const file = jsonObject(dataSource.getMetadata(TaskRunFileEntity), 'file');
  const texts: OptionalColumn[] = [
    [RunPart.response, 'response', 'run.response::text'],
    [RunPart.runData, 'runData', 'run.run_data::text'],
    [RunPart.submitted, 'submitted', `(run.run_data -> 'submitted')::text`],
    [RunPart.responseBytes, 'responseBytes', responseBytes],
  ];
  const relations: OptionalColumn[] = [
    [
      RunPart.reportingGroup,
      'groups',
      inOneRow(`SELECT json_agg(${group}) FROM reporting_group
        WHERE id = ANY (ARRAY(SELECT DISTINCT "reportingGroupId" FROM page_run))`),
    ],
    [
      RunPart.files,
      'files',
      inOneRow(`SELECT json_agg(${file} ORDER BY position) FROM task_run_file AS file
        WHERE task_run_id = ANY (ARRAY(SELECT id FROM page_run))`),
    ],
  ];

  return ({ parts, picks }, parameters) => ({
    ofRun: [
      ...(parts & RunPart.details ? withDetails : core),
      ...selected(texts, parts),
      ...(picks.length > 0 ? [['picked', pickedTexts(parameters.add(toPickParameter(picks), 'jsonb'))] as const] : []),
    ],
    ofPage: selected(relations, parts),
  });
}

function selected(columns: readonly OptionalColumn[], parts: RunParts): Column[] {
  return columns.flatMap(([part, ...column]) => (parts & part ? [column] : []));
}

function inOneRow(query: string): string {
  return `CASE WHEN id = (SELECT id FROM page_run LIMIT 1) THEN (${query}) END`;
}
