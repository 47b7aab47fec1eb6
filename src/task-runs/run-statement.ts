// The one statement that reads runs by path: for each asked path it brings the facts the policy decides on, and the run.

import type { DataSource } from 'typeorm';
import type { RunVisibility } from '../database/entities/task.entity.js';
import { type Statement, unseenArrays } from '../database/statements.js';
import { highestRoleRank } from './highest-role-rank.js';
import { toPickParameter } from './json-pick.js';
import { createRunColumns, type RunColumns } from './run-columns.js';
import { RunPart, type RunSelection } from './run-parts.js';
import type { RunPath } from './run-path.js';

/** One asked path, on behalf of one subject. */
export interface RunKey {
  readonly path: RunPath;
  readonly subject: string;
  readonly selection: RunSelection;
}

/** What the statement answers for one key. */
export interface RunRow extends RunColumns {
  readonly facts: RunFacts;
}

type RunFacts = RunColumns['facts'] & {
  /** The place in `rolesByRank`, from 1, of the subject's highest role on the true beginning of the path; 0: none. */
  readonly rank: number;
  /** null: the path is not a true chain. */
  readonly visibility: RunVisibility | null;
  readonly executed: boolean;
  /** The run's JSON is beyond the limit of bytes and was left out. */
  readonly isTooLarge: boolean;
};

/** The values of the statement, in its order. */
export function toRunStatementValues(keys: readonly RunKey[], byteLimit: number): unknown[] {
  return [
    keys.map(({ path }) => path.orgId),
    keys.map(({ path }) => path.projectId),
    keys.map(({ path }) => path.taskId),
    keys.map(({ path }) => path.id),
    keys.map(({ subject }) => subject),
    keys.map(({ selection }) => selection.parts),
    keys.map(({ selection }) => toPickParameter(selection.picks)),
    byteLimit,
  ];
}

export function createRunStatement(dataSource: DataSource): Statement {
  const { facts, texts } = createRunColumns(dataSource, {
    parts: 'asked.parts',
    picks: 'asked.picks',
    orgId: 'project.org_id',
    projectId: 'task.project_id',
    isLeftOut: 'coalesce(size.bytes > $8, false)',
  });
  return {
    name: 'task_runs_by_path',
    text: `
SELECT
  json_build_object(
    'rank', coalesce(granted.rank, 0),
    'visibility', task.run_visibility,
    'executed', coalesce(run.user_id::text = asked.subject, false),
    'isTooLarge', coalesce(size.bytes > $8, false),${facts}
  ) AS facts,${texts}
FROM unnest(${unseenArrays(['uuid', 'uuid', 'uuid', 'uuid', 'text', 'integer', 'jsonb'])})
  WITH ORDINALITY AS asked (org_id, project_id, task_id, id, subject, parts, picks, position)
LEFT JOIN organization ON organization.id = asked.org_id
LEFT JOIN project ON project.id = asked.project_id AND project.org_id = organization.id
LEFT JOIN task ON task.id = asked.task_id AND task.project_id = project.id
LEFT JOIN LATERAL (${highestRoleRank}) AS granted ON true
LEFT JOIN task_run AS run ON run.id = asked.id AND run.task_id = task.id AND granted.rank IS NOT NULL
LEFT JOIN LATERAL (SELECT ${storedBytes} AS bytes) AS size ON true
ORDER BY asked.position`,
  };
}

/** The bytes of the asked JSON as stored, which costs no reading of it. */
const storedBytes = `
  CASE WHEN asked.parts & ${RunPart.response | RunPart.responseBytes} <> 0 OR asked.picks IS NOT NULL THEN coalesce(pg_column_size(run.response), 0) ELSE 0 END
  + CASE WHEN asked.parts & ${RunPart.runData | RunPart.submitted} <> 0 OR asked.picks IS NOT NULL THEN coalesce(pg_column_size(run.run_data), 0) ELSE 0 END`;
