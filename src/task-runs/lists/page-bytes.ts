// What of a page's JSON a request may read and hold.

import type { RequestBudget } from '../batching/request-budget.js';
import { jsonBytesOf, omitJson } from '../record/columnar-run.js';
import { FieldGroup, type RunSelection } from '../record/field-groups.js';
import { includesJson } from '../record/projection.js';
import type { TaskRunRecord } from '../record/records.js';
import type { PageForm } from './page-query.js';

// limit | Inside | bytes of the JSON of a page in one text | MiB | read run by run
/** Little beside what all requests may hold. A larger page is read run by run, once there is room for it. */
export const maxUnsharedBytes = 4 * 1024 * 1024;

/** Of a page that is read by a statement of its own. */
export function unsharedForm({ remainingBytes }: RequestBudget, selection: RunSelection): PageForm {
  return joinedForm(selection, Math.min(maxUnsharedBytes, remainingBytes));
}

/** The JSON that is only looked at counts for nothing. */
export function joinedForm(selection: RunSelection, maxBytes: number): PageForm {
  return { form: 'joined', maxBytes: includesJson(selection) ? maxBytes : Number.MAX_SAFE_INTEGER };
}

/** Counts what a page has brought; what the request may not hold any more is left out of it. */
export function enforceByteBudget(budget: RequestBudget, runs: readonly TaskRunRecord[]): void {
  for (const run of runs) if (!budget.tryHold(jsonBytesOf(run))) omitJson(run);
}

export function totalJsonBytes(runs: readonly TaskRunRecord[]): number {
  return runs.reduce((sum, run) => sum + jsonBytesOf(run), 0);
}

/** What is read run by run has its relations read for all runs together, by the loaders. */
export function withoutRelations(selection: RunSelection): RunSelection {
  const { fieldGroups } = selection;
  return { ...selection, fieldGroups: fieldGroups & ~(FieldGroup.reportingGroup | FieldGroup.files) };
}
