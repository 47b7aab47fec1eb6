// The statement that looks up the names and parents of visible organizations, projects and tasks by id.

import type { ResourceType } from '../../database/entities/access-grant.entity.js';
import { type BoundStatement, hideFromPlanner, type Statement } from '../../database/statements.js';
import { grantedToSubject, isVisible, type SubjectKey, toSubjectValues } from '../visibility/roles-in-sql.js';

export interface ResourceReference {
  readonly type: ResourceType;
  readonly id: string;
}

export interface NamesKey extends SubjectKey {
  readonly resources: readonly ResourceReference[];
}

/** A resource that the subject sees. */
export interface VisibleName extends ResourceReference {
  readonly name: string;
  /** Id of the organization that contains the resource, or null for an organization. */
  readonly orgId: string | null;
  /** Id of the task's project, or null for other resources. */
  readonly projectId: string | null;
}

/** A requested resource. `name` is null if the resource does not exist or the subject does not see it. */
export type NameRow = VisibleName | (Omit<VisibleName, 'name'> & { readonly name: null });

const types = ['organization', 'project', 'task'] as const satisfies readonly ResourceType[];
const requested = (parameter: string) => `unnest(${hideFromPlanner(`${parameter}::uuid[]`)}) AS requested (id)`;

const statement: Statement = {
  name: 'resource_names',
  text: `
WITH ${grantedToSubject}
SELECT 'organization' AS type, requested.id, organization.name, NULL::uuid AS "orgId", NULL::uuid AS "projectId"
FROM ${requested('$5')}
LEFT JOIN organization ON organization.id = requested.id AND ${isVisible.organization}
UNION ALL
SELECT 'project', requested.id, project.name, project.org_id, NULL
FROM ${requested('$6')}
LEFT JOIN project ON project.id = requested.id AND ${isVisible.project}
UNION ALL
SELECT 'task', requested.id, task.name, task.org_id, task.project_id
FROM ${requested('$7')}
LEFT JOIN LATERAL (
  SELECT task.name, task.project_id, project.org_id FROM task JOIN project ON project.id = task.project_id
  WHERE task.id = requested.id AND ${isVisible.task}
) AS task ON true`,
};

/**
 * Binds the statement, which returns one row per resource, in any order. Neither cost nor time reveals whether a hidden
 * resource exists.
 */
export function bindNames(key: NamesKey): BoundStatement {
  const idsOf = (type: ResourceType) => key.resources.filter((resource) => resource.type === type).map(({ id }) => id);
  return { statement, values: [...toSubjectValues(key), ...types.map(idsOf)] };
}
