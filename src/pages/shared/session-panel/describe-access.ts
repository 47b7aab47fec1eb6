import type { AccessData } from '../operations.js';

type ViewerOrganization = NonNullable<AccessData['viewer']>['organizations'][number];
type Held = Pick<ViewerOrganization, 'role' | 'isAnalyst'>;

/** Returns a line for each organization in which the caller has a role, and for each project in other organizations. */
export function describeAccess(organizations: readonly ViewerOrganization[]): readonly string[] {
  return organizations.flatMap(({ organization, projects, ...held }) =>
    rolesIn(held) === ''
      ? projects.map(
          ({ project: { id, name }, ...heldThere }) => `${rolesIn(heldThere) || 'some tasks'} of ${name ?? id}`,
        )
      : [`${rolesIn(held)} of ${organization.name ?? organization.id}`],
  );
}

function rolesIn({ role, isAnalyst }: Held): string {
  return [role?.toLowerCase(), isAnalyst && 'analyst'].filter(Boolean).join(' and ');
}
