import type { VisibleTask } from '../../task-runs/resources/resources.service.js';

/** Separates a task from its properties that depend on the caller. */
export function toViewerTask({ role, runVisibility, runAccess, ...task }: VisibleTask) {
  return { task, role, runVisibility, runAccess };
}
