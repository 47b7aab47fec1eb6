import type { GraphQLResolveInfo } from 'graphql';
import type { RunSelection } from '../../task-runs/record/field-groups.js';
import { runSelectionOfFields, selectedRunFields } from './run-selection.js';
import { assertFieldCount, descendantFields, memoizeByFieldNodes } from './selected-fields.js';

/** Returns the selection on runs. Also limits the selections on other types, which are always read whole. */
const selectedFields = memoizeByFieldNodes((selection) => {
  for (const type of ['ReportingGroup', 'Organization', 'Project', 'Task']) {
    assertFieldCount(descendantFields(selection.fieldNodes, selection, type));
  }
  return selectedRunFields(selection);
});

/**
 * Returns the selection of runs for a field that returns objects of all types.
 * @throws GatewayError VALIDATION_FAILED beyond a limit
 */
export function entityRunSelection(info: GraphQLResolveInfo): RunSelection {
  return runSelectionOfFields(selectedFields(info), info);
}
