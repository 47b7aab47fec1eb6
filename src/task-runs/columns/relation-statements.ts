// The statements behind the relation DataLoaders, for runs that were read without their relations.

import { ReportingGroupEntity } from '../../database/entities/reporting-group.entity.js';
import { TaskRunFileEntity } from '../../database/entities/task-run-file.entity.js';
import { jsonObject } from '../../database/json-object.js';
import type { BoundStatement, Statement } from '../../database/statements.js';
import type { RunPath } from './run-path.js';

const file = jsonObject(TaskRunFileEntity, 'file');

const reportingGroupsStatement: Statement = {
  name: 'reporting_groups_by_id',
  requiresPrimary: true,
  text: `SELECT ${jsonObject(ReportingGroupEntity, 'reporting_group')} AS "group" FROM reporting_group WHERE id = ANY ($1::uuid[])`,
};

const filesStatement: Statement = {
  name: 'task_run_files_by_run_id',
  requiresPrimary: true,
  text: `SELECT ${file} AS file FROM task_run_file AS file WHERE task_run_id = ANY ($1::uuid[]) ORDER BY task_run_id, position`,
};

const storedFileStatement: Statement = {
  name: 'task_run_file_by_name',
  text: `
SELECT ${file} AS file
FROM task_run_file AS file
JOIN task_run AS run ON run.id = file.task_run_id
JOIN task ON task.id = run.task_id
JOIN project ON project.id = task.project_id
WHERE project.org_id = $1::uuid AND project.id = $2::uuid AND task.id = $3::uuid AND run.id = $4::uuid AND file.name = $5`,
};

export function bindReportingGroups(ids: readonly string[]): BoundStatement {
  return { statement: reportingGroupsStatement, values: [ids] };
}

export function bindFiles(runIds: readonly string[]): BoundStatement {
  return { statement: filesStatement, values: [runIds] };
}

export interface StoredFileKey {
  /** The path of the file's run, which must be valid. */
  readonly path: RunPath;
  readonly name: string;
}

export function bindStoredFile({ path: { orgId, projectId, taskId, id }, name }: StoredFileKey): BoundStatement {
  return { statement: storedFileStatement, values: [orgId, projectId, taskId, id, name] };
}
