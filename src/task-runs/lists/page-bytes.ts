// Limits on the JSON of a page that a request may read and hold.

import type { RequestBudget } from '../batching/request-budget.js';
import { jsonBytesOf, omitJson } from '../record/columnar-run.js';
import { FieldGroup, type RunSelection } from '../record/field-groups.js';
import { includesJson } from '../record/projection.js';
import type { TaskRunRecord } from '../record/records.js';
import type { PageForm } from './page-query.js';

// limit | Inside | bytes of the JSON of a page in one text | MiB | read run by run
/** A small part of the memory for all requests. A larger page is read run by run, once there is room for it. */
export const maxUnsharedBytes = 4 * 1024 * 1024;

/** Returns the form of a page that has its own statement. */
export function unsharedForm({ remainingBytes }: RequestBudget, selection: RunSelection): PageForm {
  return joinedForm(selection, Math.min(maxUnsharedBytes, remainingBytes));
}

/** Returns the joined form. JSON that is only inspected does not count. */
export function joinedForm(selection: RunSelection, maxBytes: number): PageForm {
  return { form: 'joined', maxBytes: includesJson(selection) ? maxBytes : Number.MAX_SAFE_INTEGER };
}

/** Counts the JSON of a page, and leaves out what exceeds the budget. */
export function enforceByteBudget(budget: RequestBudget, runs: readonly TaskRunRecord[]): void {
  for (const run of runs) if (!budget.tryHold(jsonBytesOf(run))) omitJson(run);
}

export function totalJsonBytes(runs: readonly TaskRunRecord[]): number {
  return runs.reduce((sum, run) => sum + jsonBytesOf(run), 0);
}

/** Removes relations from a selection: if runs are read one by one, loaders read the relations of all together. */
export function withoutRelations(selection: RunSelection): RunSelection {
  const { fieldGroups } = selection;
  return { ...selection, fieldGroups: fieldGroups & ~(FieldGroup.reportingGroup | FieldGroup.files) };
}
