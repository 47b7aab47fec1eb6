import type { RunDeletion } from '../task-runs/changes/change-reader.js';

/** Returns the JSON of a deletion under REST's names. */
export function writeDeletion({ runId, taskId, deletedAt }: RunDeletion): string {
  return JSON.stringify({ id: runId, task_id: taskId, deleted_at: deletedAt });
}
