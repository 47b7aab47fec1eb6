// A task whose runs are followed, with a viewer of it.

import type { Queries } from './databases.js';
import { idOf } from './permission-world.js';

export const liveTask = { orgId: idOf(1), projectId: idOf(2), taskId: idOf(3), viewer: 'live-viewer' } as const;

export const livePaths = {
  task: `/api/v1/org/${liveTask.orgId}/project/${liveTask.projectId}/task/${liveTask.taskId}/run/changes`,
  project: `/api/v1/org/${liveTask.orgId}/project/${liveTask.projectId}/task_run/changes`,
} as const;

export async function arrangeLiveTask(database: Queries): Promise<void> {
  await database.query("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [liveTask.orgId]);
  await database.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Apollo')", [
    liveTask.projectId,
    liveTask.orgId,
  ]);
  await database.query(
    "INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Triage', 'all_viewers')",
    [liveTask.taskId, liveTask.projectId],
  );
  await grantLive(database, liveTask.viewer);
}

export async function grantLive(database: Queries, subject: string): Promise<void> {
  await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [
    liveTask.taskId,
    subject,
  ]);
}

let runs = 0;

interface RunColumns {
  readonly isError?: boolean;
  readonly reference?: string;
}

/** @returns the run's id */
export async function insertRun(
  database: Queries,
  runData: object = { submitted: 'x' },
  { isError = false, reference }: RunColumns = {},
): Promise<string> {
  runs += 1;
  const id = idOf(1000 + runs);
  await database.query(
    `INSERT INTO task_run
       (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, is_error, reference)
     VALUES ($1, $2, $2, $3, '2026-01-16T13:33:25.247662', 1, 2, 3, $4, $5)`,
    [id, liveTask.taskId, JSON.stringify(runData), isError, reference ?? null],
  );
  return id;
}

export const subscription = `subscription ($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $after: String) {
  taskRunChanged(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter, after: $after) {
    cursor previousCursor run { id runData files { name } } deleted { runId taskId deletedAt }
  }
}`;
