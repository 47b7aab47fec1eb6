import type { FastifyRequest } from 'fastify';
import type { Reason } from '../errors/catalogue.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { FileLinks } from '../files/file-links.js';
import { RawJson } from '../json/raw-json.js';
import type { RequestBudget } from '../task-runs/batching/request-budget.js';
import { FieldGroup, type RunSelection } from '../task-runs/record/field-groups.js';
import type { TaskRunRecord } from '../task-runs/record/records.js';
import type { TaskRunService } from '../task-runs/task-runs.service.js';
import { presentRun } from './run-presenter.js';

/** The selection of REST's runs, in which `run_data` has `submitted`. */
export const fullRunSelection: RunSelection = {
  fieldGroups:
    FieldGroup.details | FieldGroup.response | FieldGroup.runData | FieldGroup.reportingGroup | FieldGroup.files,
  pointers: [],
};

/** The context of the request that the run was read for. */
interface RunContext {
  readonly taskRuns: TaskRunService;
  readonly budget: RequestBudget;
}

/** Returns the JSON text of a run with {@link fullRunSelection}. @throws GatewayError RESPONSE_TOO_LARGE */
export async function writeRun(
  run: TaskRunRecord,
  { taskRuns, budget }: RunContext,
  links: FileLinks,
): Promise<string> {
  for (const json of [run.response, run.runData]) if (json instanceof RawJson) budget.write(json.text);
  const { subject } = taskRuns.caller;
  const files = await taskRuns.filesOf(run);
  const related = {
    reportingGroup: await taskRuns.reportingGroupOf(run),
    files,
    downloadUrls: await Promise.all(files.map((file) => links.linkTo(file, { inline: false, subject }))),
  };
  return budget.cost.measure(() => presentRun(run, related));
}

/** Reasons for which a run is null, without failing its page. */
const unreadableRunReasons: readonly Reason[] = ['UNREADABLE_VALUE', 'RESPONSE_TOO_LARGE'];

/** Returns the JSON text of a run in a list: `null` for an unreadable one. */
export async function writeRunOrNull(
  run: TaskRunRecord,
  request: RunContext & Pick<FastifyRequest, 'logFields'>,
  links: FileLinks,
): Promise<string> {
  try {
    return await writeRun(run, request, links);
  } catch (error) {
    if (!(error instanceof GatewayError) || !unreadableRunReasons.includes(error.reason)) throw error;
    request.logFields.log.warn({ err: error.cause, code: error.extensions.code }, 'A run of a page is null.');
    return 'null';
  }
}
