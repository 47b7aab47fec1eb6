import type {
  AccessGrantEntity,
  ResourceType,
  Role,
  SubjectType,
} from '../../database/entities/access-grant.entity.js';
import { demoOrganizations, demoProjects } from './demo-catalogue.js';
import { demoSubjects, ownerOnlyTask, triageTask } from './demo-places.js';
import type { Row } from './rows.js';

const [firstOrganization] = demoOrganizations;
const [firstProject, , sharedProject] = demoProjects;

/** All grants of the demo. Subjects that are not listed here have none. */
export const demoGrants: readonly Row<AccessGrantEntity>[] = [
  grant('organization', firstOrganization!.id, 'user', demoSubjects.owner, 'owner'),
  grant('project', firstProject!.id, 'user', demoSubjects.editor, 'editor'),
  grant('project', firstProject!.id, 'user', demoSubjects.viewer, 'viewer'),
  grant('organization', firstOrganization!.id, 'user', demoSubjects.member, 'viewer'),
  grant('project', sharedProject!.id, 'organization', firstOrganization!.id, 'viewer'),
  grant('task', triageTask.row.id, 'user', demoSubjects.taskViewer, 'viewer'),
  grant('task', ownerOnlyTask.row.id, 'user', demoSubjects.executor, 'viewer'),
];

function grant(
  resourceType: ResourceType,
  resourceId: string,
  subjectType: SubjectType,
  subjectId: string,
  role: Role,
): Row<AccessGrantEntity> {
  return { resourceType, resourceId, subjectType, subjectId, role, isAnalyst: role === 'analyst' };
}
