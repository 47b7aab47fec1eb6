// The fields of a run over REST, in the order of the REST reference: the columns of the run by their names in the
// database, and what hangs on a run.

import { type RunColumn, runColumns } from '../task-runs/record/run-columns.js';

export type RunField = RunColumn | 'files' | 'reporting_group';

export const runFields: readonly RunField[] = [...runColumns.flatMap(inReferenceOrder), 'reporting_group'];

/** Everything comes in the order of the entity, but for the id and the files. */
function inReferenceOrder(column: RunColumn, _index: number, columns: readonly RunColumn[]): RunField[] {
  if (column.propertyName === 'id') return [];
  if (column.propertyName === 'created') return [columns.find(({ propertyName }) => propertyName === 'id')!, column];
  return column.propertyName === 'isError' ? ['files', column] : [column];
}
