import type { ImportScope } from './import-catalogue.js';

/** Returns the rows of a catalogue with an organization, its project and tasks of which nothing but ids is known. */
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
