import type { ImportScope } from './import-catalogue.js';

/** Returns catalogue rows for an organization, a project and tasks of which only the ids are known. */
export function placeRows(
  { orgId, projectId }: ImportScope,
  taskIds: readonly string[],
  created: string,
  nameOf: (id: string) => string = (id) => id,
) {
  return [
    { type: 'organization', id: orgId, name: nameOf(orgId), created },
    { type: 'project', id: projectId, org_id: orgId, name: nameOf(projectId), created },
    ...taskIds.map((id) => ({
      type: 'task',
      id,
      project_id: projectId,
      name: nameOf(id),
      run_visibility: 'owner_only',
      created,
    })),
  ];
}
