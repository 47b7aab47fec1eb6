// The statement for the names and parents of organizations, projects and tasks that a subject sees, by their ids.

import type { ResourceType } from '../../database/entities/access-grant.entity.js';
import type { Statement } from '../../database/statements.js';
import { hideFromPlanner } from '../../database/statements.js';
import { grantedToSubject, isVisible, type SubjectKey, toSubjectValues } from '../scope/subject-roles-in-sql.js';

export interface ResourceReference {
  readonly type: ResourceType;
  readonly id: string;
}

export interface NamesKey extends SubjectKey {
  readonly resources: readonly ResourceReference[];
}

export interface NameRow extends ResourceReference {
  readonly name: string;
  /** null for an organization. */
  readonly orgId: string | null;
  /** null for all but tasks. */
  readonly projectId: string | null;
}

const types = ['organization', 'project', 'task'] as const satisfies readonly ResourceType[];
const requested = (parameter: string) => `ANY (${hideFromPlanner(`${parameter}::uuid[]`)}::uuid[])`;

/** Returns rows in any order, and none for resources that do not exist or that the subject does not see. */
export const namesStatement: Statement = {
  name: 'resource_names',
  text: `
WITH ${grantedToSubject}
SELECT 'organization' AS type, organization.id, organization.name, NULL::uuid AS "orgId", NULL::uuid AS "projectId" FROM organization
WHERE organization.id = ${requested('$5')} AND ${isVisible.organization}
UNION ALL
SELECT 'project', project.id, project.name, project.org_id, NULL FROM project
WHERE project.id = ${requested('$6')} AND ${isVisible.project}
UNION ALL
SELECT 'task', task.id, task.name, project.org_id, project.id FROM task JOIN project ON project.id = task.project_id
WHERE task.id = ${requested('$7')} AND ${isVisible.task}`,
};

export function toNamesValues(key: NamesKey): unknown[] {
  const idsOf = (type: ResourceType) => key.resources.filter((each) => each.type === type).map(({ id }) => id);
  return [...toSubjectValues(key), ...types.map(idsOf)];
}
