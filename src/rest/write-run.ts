import { GatewayError } from '../errors/gateway-error.js';
import {
  type ExportGroup,
  exportColumns,
  exportGroups,
  exportSelection,
  scopeKindOfGroups,
} from '../export/export-columns.js';
import { RawJson } from '../json/raw-json.js';
import type { RequestScope } from '../request/scope.js';
import type { RunDeletion } from '../task-runs/changes/change-reader.js';
import { FieldGroup, type FieldGroups, type RunSelection } from '../task-runs/columns/field-groups.js';
import type { ScopeKind } from '../task-runs/columns/payload.js';
import type { TaskRunRecord } from '../task-runs/columns/records.js';
import { presentRun, toMembers } from './run-presenter.js';

/** `run_data` includes `submitted`. */
const fullRunSelection: RunSelection = {
  fieldGroups:
    FieldGroup.details | FieldGroup.response | FieldGroup.runData | FieldGroup.reportingGroup | FieldGroup.files,
  pointers: [],
};

/** The form in which a list returns runs. */
export interface RunForm {
  readonly selection: RunSelection;
  /** Determines which runs the list contains. */
  readonly scopeKind: ScopeKind;
  /** The JSON that the list contains, as fields of `TaskRun`, for estimating the cost. */
  readonly costlyFields: readonly string[];
  /** The selected members; `undefined` means all fields of the REST reference. */
  readonly members?: ReturnType<typeof toMembers>;
}

/** The form of single runs, and of lists unless `fields` selects groups of columns. */
export const fullRun: RunForm = {
  selection: fullRunSelection,
  scopeKind: 'payload',
  costlyFields: ['response', 'runData', 'submitted', 'files'],
};

/** The `fields` query parameter of lists. */
export const fieldsParameter = {
  type: 'array',
  items: { type: 'string', enum: exportGroups },
  default: exportGroups,
  description:
    'Groups of columns, as in exports. If not all are given, each run has only the columns of these groups. Without `io` and `files`, the runs are those whose usage the caller may see, otherwise those whose payload it may see.',
};

/** Returns the form of runs with these groups of columns, which may be in any order and contain duplicates. */
export function toRunForm(groups: readonly ExportGroup[]): RunForm {
  if (exportGroups.every((group) => groups.includes(group))) return fullRun;
  const hasIo = groups.includes('io');
  return {
    selection: exportSelection(groups),
    scopeKind: scopeKindOfGroups(groups),
    costlyFields: [
      ...(hasIo ? ['response', 'runData', 'submitted'] : []),
      ...(groups.includes('files') ? ['files'] : []),
    ],
    members: toMembers(exportColumns(groups).filter((column) => column !== 'deleted' && column !== 'model')),
  };
}

interface WritingScope extends Pick<RequestScope, 'budget' | 'services'> {
  /** For whom the links are. */
  readonly caller: Pick<RequestScope['caller'], 'subject'>;
  readonly links: Pick<RequestScope['links'], 'runLinks'>;
}

/**
 * Returns a run's JSON text. Its links stay the same for a while: the entity tag covers them, so that the links in a
 * client's current copy work.
 * @throws GatewayError RESPONSE_TOO_LARGE
 */
export async function writeRun(
  run: TaskRunRecord,
  { caller, budget, services, links }: WritingScope,
  { selection: { fieldGroups }, members }: RunForm = fullRun,
): Promise<string> {
  const has = (fieldGroup: FieldGroups) => (fieldGroups & fieldGroup) !== 0;
  if (has(FieldGroup.response)) {
    for (const json of [run.response, run.runData]) if (json instanceof RawJson) budget.bytes.write(json.text);
  }
  const { subject } = caller;
  const [files, reportingGroup] = await Promise.all([
    has(FieldGroup.files) ? services.taskRuns.filesOf(run) : [],
    has(FieldGroup.reportingGroup) ? services.taskRuns.reportingGroupOf(run) : null,
  ]);
  const related = {
    reportingGroup,
    files,
    downloadUrls: await Promise.all(files.map((file) => links.runLinks.linkTo(file, { inline: false, subject }))),
  };
  return budget.cost.measure(() => presentRun(run, related, members));
}

/** Returns the JSON text of a run in a list, or `null` for a run that is too large, which must not fail its page. */
export async function writeRunOrNull(run: TaskRunRecord, scope: RequestScope, form: RunForm): Promise<string> {
  try {
    return await writeRun(run, scope, form);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.reason !== 'RESPONSE_TOO_LARGE') throw error;
    scope.request.log.warn({ err: error.cause, code: error.extensions.code }, 'run of a page returned as null');
    return 'null';
  }
}

/** Returns the JSON of a deletion with the names of the REST API. */
export function writeDeletion({ runId, taskId, deletedAt }: RunDeletion): string {
  return JSON.stringify({ id: runId, task_id: taskId, deleted_at: deletedAt });
}
