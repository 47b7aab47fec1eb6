import type { VisibleProject } from '../scope/viewer.js';

/** A project with the organization that it belongs to. */
export function placeName({ orgName, project }: VisibleProject): string {
  return `${orgName} / ${project.name}`;
}
