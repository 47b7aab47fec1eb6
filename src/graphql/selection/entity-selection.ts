import type { GraphQLResolveInfo } from 'graphql';
import type { RunSelection } from '../../task-runs/record/field-groups.js';
import { runSelectionOfFields, selectedRunFields } from './run-selection.js';
import { assertFieldCount, descendantFields, memoizeByFieldNodes } from './selected-fields.js';

/** The selection on runs. That on the others, which are always read whole, is limited as well. */
const selectedFields = memoizeByFieldNodes((selection) => {
  for (const type of ['ReportingGroup', 'Organization', 'Project', 'Task']) {
    assertFieldCount(descendantFields(selection.fieldNodes, selection, type));
  }
  return selectedRunFields(selection);
});

/**
 * Returns what a field that returns objects of all types reads of runs.
 * @throws GatewayError VALIDATION_FAILED beyond a limit
 */
export function entityRunSelection(info: GraphQLResolveInfo): RunSelection {
  return runSelectionOfFields(selectedFields(info), info);
}
