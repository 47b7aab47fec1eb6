import type { VisibleTask } from '../../task-runs/resources/resources.service.js';

/** A task beside what of it depends on the caller. */
export function toViewerTask({ role, runVisibility, runAccess, ...task }: VisibleTask) {
  return { task, role, runVisibility, runAccess };
}
