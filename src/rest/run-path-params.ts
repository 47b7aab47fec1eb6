import type { RunPath } from '../task-runs/record/run-path.js';

/** The parameters of every route below a run, with the names of the REST reference (docs/rest.md). */
export interface RunPathParams {
  readonly org_id: string;
  readonly project_id: string;
  readonly task_id: string;
  readonly task_run_id: string;
}

export function toRunPath({ org_id, project_id, task_id, task_run_id }: RunPathParams): RunPath {
  return { orgId: org_id, projectId: project_id, taskId: task_id, id: task_run_id };
}
