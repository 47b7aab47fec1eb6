// What a selection on the caller's organizations, projects and tasks makes of lists whose lengths no argument limits.

import type { FieldNode } from 'graphql';
import { limits } from '../../limits.js';
import type { RequestBudget } from '../../task-runs/batching/request-budget.js';
import type { SeenOrganization, TaskPageSelection } from '../../task-runs/resources/resources.service.js';
import {
  allFieldsBelow,
  assertFewFields,
  type FieldSelection,
  fieldsBelow,
  rememberedByFieldNodes,
} from './selected-fields.js';

const named = (fields: readonly FieldNode[], name: string) => fields.filter((field) => field.name.value === name);

const listedFields = rememberedByFieldNodes((selection) => {
  const ofOrganization = withFieldsBelow(fieldsBelow(selection.fieldNodes, selection), 'organization');
  const ofProject = withFieldsBelow(fieldsBelow(named(ofOrganization, 'projects'), selection), 'project');
  assertFewFields([...ofOrganization, ...ofProject]);
  return { ofOrganization: ofOrganization.length, ofProject: ofProject.length };

  function withFieldsBelow(fields: readonly FieldNode[], name: string): readonly FieldNode[] {
    return [...fields, ...allFieldsBelow(named(fields, name), selection)];
  }
});

/** Counts the fields that are returned of organizations and projects. @throws GatewayError VALIDATION_FAILED beyond a limit */
export function countListed(
  organizations: readonly SeenOrganization[],
  selection: FieldSelection,
  budget: RequestBudget,
): void {
  const { ofOrganization, ofProject } = listedFields(selection);
  const projects = organizations.reduce((sum, each) => sum + each.projects.length, 0);
  budget.count(limits.listFields, organizations.length * ofOrganization + projects * ofProject);
}

/** What is selected of a page of tasks. @throws GatewayError VALIDATION_FAILED beyond a limit */
export const taskPageSelection = rememberedByFieldNodes((selection): TaskPageSelection => {
  const fields = allFieldsBelow(selection.fieldNodes, selection);
  assertFewFields(fields);
  return {
    fieldsOfEach: fields.length,
    isCounted: named(fieldsBelow(selection.fieldNodes, selection), 'totalCount').length > 0,
  };
});
