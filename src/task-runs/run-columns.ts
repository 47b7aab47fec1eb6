// What a statement that reads runs selects: a column for each of the runs' own, which the database writes far cheaper
// than JSON, and the relations of all runs as one JSON value each, in one row.

import type { DataSource } from 'typeorm';
import { ReportingGroupEntity } from '../database/entities/reporting-group.entity.js';
import { TaskRunEntity } from '../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../database/entities/task-run-file.entity.js';
import { columnValues, jsonColumns } from '../database/json-object.js';
import { pickedTexts } from './json-pick.js';
import { coreProperties, RunPart, type RunParts } from './run-parts.js';

type Column = readonly [name: string, sql: string];
type OptionalColumn = readonly [part: RunParts, name: string, sql: string];

interface RunColumns {
  /** Over each run (`run`). */
  readonly ofRun: readonly Column[];
  /** Over the finished rows, the table `read_run`; for one of them. */
  readonly ofAll: readonly Column[];
}

interface WantedColumns {
  /** What is wanted of any of the runs. */
  readonly parts: RunParts;
  /** SQL of the picks, as {@link pickedTexts} takes them; null for none. */
  readonly picks: string | null;
  /** SQL: whether a row wants these parts; over the run and over the finished rows. */
  readonly isAsked?: (parts: RunParts) => string;
  /** SQL: whether the run's JSON is left out all the same. */
  readonly isLeftOut?: string;
}

/** SQL: the length of the response's JSON text; null where there is no response. */
const responseBytes = "octet_length(nullif(run.response, 'null')::text)";

export function createRunColumns(dataSource: DataSource): (wanted: WantedColumns) => RunColumns {
  const runColumns = (isWanted: (property: string) => boolean) =>
    columnValues(dataSource.getMetadata(TaskRunEntity), 'run', isWanted);
  const core = runColumns((property) => (coreProperties as readonly string[]).includes(property));
  const withDetails = runColumns((property) => property !== 'response' && property !== 'runData');
  const texts: OptionalColumn[] = [
    [RunPart.response, 'response', 'run.response::text'],
    [RunPart.runData, 'runData', 'run.run_data::text'],
    [RunPart.submitted, 'submitted', `(run.run_data -> 'submitted')::text`],
    [RunPart.responseBytes, 'responseBytes', responseBytes],
  ];
  const groups = jsonColumns(dataSource.getMetadata(ReportingGroupEntity), 'reporting_group');
  const files = jsonColumns(dataSource.getMetadata(TaskRunFileEntity), 'file');

  return ({ parts, picks, isAsked = () => 'true', isLeftOut = 'false' }) => {
    const relations: OptionalColumn[] = [
      [
        RunPart.reportingGroup,
        'groups',
        `(SELECT ${groups} FROM reporting_group
      WHERE id = ANY (ARRAY(SELECT DISTINCT "reportingGroupId" FROM read_run WHERE ${isAsked(RunPart.reportingGroup)})))`,
      ],
      [
        RunPart.files,
        'files',
        `(SELECT ${files} FROM (
      SELECT * FROM task_run_file
      WHERE task_run_id = ANY (ARRAY(SELECT DISTINCT id FROM read_run WHERE ${isAsked(RunPart.files)}))
      ORDER BY task_run_id, position) AS file)`,
      ],
    ];
    return {
      ofRun: [
        ...(parts & RunPart.details ? withDetails : core),
        ...texts.flatMap(([part, name, sql]): Column[] =>
          parts & part ? [[name, `CASE WHEN ${isAsked(part)} AND NOT ${isLeftOut} THEN ${sql} END`]] : [],
        ),
        ...(picks === null ? [] : [['picked', `CASE WHEN NOT ${isLeftOut} THEN ${pickedTexts(picks)} END`] as const]),
      ],
      ofAll: relations.flatMap(([part, ...column]): Column[] => (parts & part ? [column] : [])),
    };
  };
}
