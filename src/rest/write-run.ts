import type { Reason } from '../errors/catalogue.js';
import { GatewayError } from '../errors/gateway-error.js';
import { RawJson } from '../json/raw-json.js';
import type { RequestScope } from '../request/scope.js';
import type { RunDeletion } from '../task-runs/changes/change-reader.js';
import { FieldGroup, type RunSelection } from '../task-runs/record/field-groups.js';
import type { TaskRunRecord } from '../task-runs/record/records.js';
import { presentRun } from './run-presenter.js';

/** The selection of REST's runs, in which `run_data` has `submitted`. */
export const fullRunSelection: RunSelection = {
  fieldGroups:
    FieldGroup.details | FieldGroup.response | FieldGroup.runData | FieldGroup.reportingGroup | FieldGroup.files,
  pointers: [],
};

/**
 * Returns the JSON text of a run with {@link fullRunSelection}. Its links stay the same over a while: the entity tag covers
 * them, so that the links of a client's current copy work.
 * @throws GatewayError RESPONSE_TOO_LARGE
 */
export async function writeRun(
  run: TaskRunRecord,
  { caller, budget, cost, services, links }: RequestScope,
): Promise<string> {
  for (const json of [run.response, run.runData]) if (json instanceof RawJson) budget.write(json.text);
  const { subject } = caller;
  const files = await services.taskRuns.filesOf(run);
  const related = {
    reportingGroup: await services.taskRuns.reportingGroupOf(run),
    files,
    downloadUrls: await Promise.all(files.map((file) => links.runLinks.linkTo(file, { inline: false, subject }))),
  };
  return cost.measure(() => presentRun(run, related));
}

/** Reasons for which a run is null, without failing its page. */
const unreadableRunReasons: readonly Reason[] = ['UNREADABLE_VALUE', 'RESPONSE_TOO_LARGE'];

/** Returns the JSON text of a run in a list: `null` for an unreadable one. */
export async function writeRunOrNull(run: TaskRunRecord, scope: RequestScope): Promise<string> {
  try {
    return await writeRun(run, scope);
  } catch (error) {
    if (!(error instanceof GatewayError) || !unreadableRunReasons.includes(error.reason)) throw error;
    scope.logFields.log.warn({ err: error.cause, code: error.extensions.code }, 'A run of a page is null.');
    return 'null';
  }
}

/** Returns the JSON of a deletion under REST's names. */
export function writeDeletion({ runId, taskId, deletedAt }: RunDeletion): string {
  return JSON.stringify({ id: runId, task_id: taskId, deleted_at: deletedAt });
}
