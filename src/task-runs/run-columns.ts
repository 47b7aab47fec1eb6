// What a statement that reads runs selects: a column for each of the runs' own, which the database writes far cheaper
// than JSON, and the relations of all runs as one JSON value each, in one row.

import type { DataSource } from 'typeorm';
import { ReportingGroupEntity } from '../database/entities/reporting-group.entity.js';
import { TaskRunEntity } from '../database/entities/task-run.entity.js';
import { TaskRunFileEntity } from '../database/entities/task-run-file.entity.js';
import { columnValues, jsonColumns } from '../database/json-object.js';
import { coreProperties, RunPart, type RunParts } from './run-parts.js';

type Column = readonly [name: string, sql: string];
type OptionalColumn = readonly [part: RunParts, ...column: Column];

/** Which columns there are depends on which parts are wanted. */
interface RunColumns {
  /** The small ones, over a run (`run`). */
  properties(parts: RunParts): readonly Column[];
  /** The same for `json_agg`, which writes a timestamp for a fifth of what `to_char` costs: see `momentOfJson`. */
  propertiesForJson(parts: RunParts): readonly Column[];
  /** The run's JSON as text, and the response's bytes; over a run. */
  json(parts: RunParts): readonly OptionalColumn[];
  /**
   * The relations of all rows of the table `read_run`, which has the properties.
   * @param isAsked SQL: whether a row wants the part
   */
  relations(parts: RunParts, isAsked?: (part: RunParts) => string): readonly Column[];
}

/** SQL: the length of the response's JSON text; null where there is no response. */
const responseBytes = "octet_length(nullif(run.response, 'null')::text)";

const json: readonly OptionalColumn[] = [
  [RunPart.response, 'response', 'run.response::text'],
  [RunPart.runData, 'runData', 'run.run_data::text'],
  [RunPart.submitted, 'submitted', "(run.run_data -> 'submitted')::text"],
  [RunPart.responseBytes, 'responseBytes', responseBytes],
];

/** SQL: the bytes of a run's JSON as stored, which cost no reading of it, by the parts that it is read for. */
export const storedBytes = [
  [RunPart.response | RunPart.responseBytes, 'coalesce(pg_column_size(run.response), 0)'],
  [RunPart.runData | RunPart.submitted, 'coalesce(pg_column_size(run.run_data), 0)'],
] as const satisfies readonly (readonly [RunParts, string])[];

export function createRunColumns(dataSource: DataSource): RunColumns {
  const run = dataSource.getMetadata(TaskRunEntity);
  const isCore = (property: string) => (coreProperties as readonly string[]).includes(property);
  const isSmall = (property: string) => property !== 'response' && property !== 'runData';
  const createProperties = (toMoment?: (timestamp: string) => string) => {
    const core = columnValues(run, 'run', isCore, toMoment);
    const withDetails = columnValues(run, 'run', isSmall, toMoment);
    return (parts: RunParts) => (parts & RunPart.details ? withDetails : core);
  };
  const groups = jsonColumns(dataSource.getMetadata(ReportingGroupEntity), 'reporting_group');
  const files = jsonColumns(dataSource.getMetadata(TaskRunFileEntity), 'file');

  return {
    properties: createProperties(),
    propertiesForJson: createProperties((timestamp) => timestamp),
    json: (parts) => json.filter(([part]) => parts & part),
    relations(parts, isAsked = () => 'true') {
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
      return relations.flatMap(([part, ...column]): Column[] => (parts & part ? [column] : []));
    },
  };
}
