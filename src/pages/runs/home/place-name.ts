import type { VisibleProject } from '../scope/viewer.js';

/** Returns the names of a project and its organization. */
export function placeName({ orgName, project }: VisibleProject): string {
  return `${orgName} / ${project.name}`;
}
