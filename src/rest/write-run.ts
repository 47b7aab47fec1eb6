import type { FileLinks } from '../files/file-links.js';
import { RunPart, type RunSelection } from '../task-runs/record/field-groups.js';
import type { TaskRunRecord } from '../task-runs/record/records.js';
import type { ViewerTaskRuns } from '../task-runs/task-runs.service.js';
import { presentRun } from './run-presenter.js';

/** All that REST tells of a run; `submitted` stands inside `run_data`. */
export const wholeRun: RunSelection = {
  parts: RunPart.details | RunPart.response | RunPart.runData | RunPart.reportingGroup | RunPart.files,
  picks: [],
};

/** The JSON text of a run that was read as {@link wholeRun}. */
export async function writeRun(run: TaskRunRecord, taskRuns: ViewerTaskRuns, links: FileLinks): Promise<string> {
  const files = await taskRuns.filesOf(run);
  return presentRun(run, {
    reportingGroup: await taskRuns.reportingGroupOf(run),
    files,
    downloadUrls: await Promise.all(files.map((file) => links.linkTo(file, { inline: false }))),
  });
}
