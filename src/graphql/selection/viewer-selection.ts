// Limits selections on the caller's organizations, projects and tasks, since no argument limits the length of these
// lists.

import type { FieldNode } from 'graphql';
import type { LimitCounts } from '../../admission/limit-counts.js';
import { limits } from '../../limits.js';
import type { TaskPageSelection, VisibleOrganization } from '../../task-runs/resources/resources.service.js';
import {
  assertFieldCount,
  childFields,
  descendantFields,
  type FieldSelection,
  fieldsNamed,
  memoizeByFieldNodes,
} from './selected-fields.js';

const listedFieldCounts = memoizeByFieldNodes((selection) => {
  const perOrganization = withFieldsBelow(childFields(selection.fieldNodes, selection), 'organization');
  const perProject = withFieldsBelow(childFields(fieldsNamed(perOrganization, 'projects'), selection), 'project');
  assertFieldCount([...perOrganization, ...perProject]);
  return { perOrganization: perOrganization.length, perProject: perProject.length };

  function withFieldsBelow(fields: readonly FieldNode[], name: string): readonly FieldNode[] {
    return [...fields, ...descendantFields(fieldsNamed(fields, name), selection)];
  }
});

/**
 * Counts the fields returned for organizations and projects.
 * @throws GatewayError VALIDATION_FAILED beyond a limit
 */
export function countListed(
  organizations: readonly VisibleOrganization[],
  selection: FieldSelection,
  counts: LimitCounts,
): void {
  const { perOrganization, perProject } = listedFieldCounts(selection);
  const projects = organizations.reduce((sum, organization) => sum + organization.projects.length, 0);
  counts.count(limits.listFields, organizations.length * perOrganization + projects * perProject);
}

/** Returns the selection for a page of tasks. @throws GatewayError VALIDATION_FAILED beyond a limit */
export const taskPageSelection = memoizeByFieldNodes((selection): TaskPageSelection => {
  const fields = descendantFields(selection.fieldNodes, selection);
  assertFieldCount(fields);
  return {
    fieldsPerTask: fields.length,
    isCounted: fieldsNamed(childFields(selection.fieldNodes, selection), 'totalCount').length > 0,
  };
});
