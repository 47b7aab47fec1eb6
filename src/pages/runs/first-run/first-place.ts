// The place of the first run: a task that the caller sees, or the ids of one to create.

import type { PlacesData } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';

type Viewer = NonNullable<PlacesData['viewer']>;

/** The ids that a first run needs. */
export interface PlaceIds {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
}

export interface FirstPlace extends PlaceIds {
  /** The resources to create, from the outside in. */
  readonly missing: readonly ('organization' | 'project' | 'task')[];
  readonly organization: string | null;
  readonly project: string | null;
  readonly task: string | null;
  /** The name of the scope, which has no runs. */
  readonly name: string | null;
  /** Whether the caller may see everything there, and so is somebody who sets it up. */
  readonly isOwner: boolean;
}

/**
 * Returns the first task in a scope. Fresh ids replace those that are missing.
 * @param scope if omitted, the first organization
 */
export function firstPlaceOf(viewer: Viewer, scope: Scope | undefined, fresh: PlaceIds): FirstPlace {
  const { organizations } = viewer;
  const organization = scope
    ? organizations.find((visible) => visible.organization.id === scope.orgId)
    : organizations[0];
  const projects = (organization?.projects ?? []).filter(({ project }) => isIn(scope?.projectId, project.id));
  const project = projects.find(({ tasks }) => tasks.nodes.length > 0) ?? projects[0];
  const task = project?.tasks.nodes.find((node) => isIn(scope?.taskId, node.task.id))?.task;
  const found = { organization, project, task };
  const names = {
    organization: organization?.organization.name ?? null,
    project: project?.project.name ?? null,
    task: task?.name ?? null,
  };
  return {
    orgId: organization?.organization.id ?? fresh.orgId,
    projectId: project?.project.id ?? fresh.projectId,
    taskId: task?.id ?? fresh.taskId,
    missing: (['organization', 'project', 'task'] as const).filter((kind) => found[kind] === undefined),
    ...names,
    name: scope?.taskId ? names.task : scope?.projectId ? names.project : names.organization,
    isOwner: organization?.role === 'OWNER' || project?.role === 'OWNER',
  };
}

function isIn(scopeId: string | null | undefined, id: string): boolean {
  return !scopeId || scopeId === id;
}

/** Random ids, the same on all pages until the document is loaded again. */
export const freshIds: PlaceIds = { orgId: randomId(), projectId: randomId(), taskId: randomId() };

/** Browsers have `randomUUID` only over HTTPS and on the same machine. */
function randomId(): string {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0'));
  return hex.join('').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
