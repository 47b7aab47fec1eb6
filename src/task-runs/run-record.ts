import { toPicked, toRawJson } from './json-pick.js';
import type { TaskRunRecord } from './records.js';
import type { RunColumns } from './run-columns.js';
import { RunPart, type RunSelection } from './run-parts.js';

/** Adds to the parsed run what came beside it. The row is nobody else's, so nothing is copied. */
export function toRunRecord(row: RunColumns, { parts, picks }: RunSelection): TaskRunRecord {
  const { facts, response, runData, submitted, picked } = row;
  const run = facts.run!;
  return Object.assign(run, {
    response: toRawJson(response),
    runData: toRawJson(runData),
    submitted: toRawJson(submitted),
    ...(parts & RunPart.reportingGroup ? { reportingGroup: facts.group } : {}),
    ...(parts & RunPart.files ? { files: (facts.files ?? []).map((file) => Object.assign(file, { run })) } : {}),
    ...(parts & RunPart.responseBytes ? { responseBytes: facts.responseBytes } : {}),
    ...(picked ? { picked: toPicked(picks, picked) } : {}),
  });
}
