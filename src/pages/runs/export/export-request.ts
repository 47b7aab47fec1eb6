// The export over REST that has the runs of a list.

import { exportFileName } from '../../../export/export-file-name.js';
import { toRestName } from '../../../rest-name.js';
import { shellWord } from '../../../shell-word.js';
import { gatewayUrl } from '../../shared/initial-state-of-page.js';
import type { Period } from '../filters/period.js';
import type { TaskRunFilter } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';

/** The list as people see it, made by the page. */
export const tableFormat = {
  name: 'table',
  label: 'Spreadsheet',
  extension: 'csv',
  mediaType: 'text/csv',
} as const;

/** All data of the runs, streamed by the gateway. */
export const streamFormats = [
  { name: 'csv', label: 'CSV', extension: 'csv', mediaType: 'text/csv' },
  { name: 'ndjson', label: 'JSON lines', extension: 'jsonl', mediaType: 'application/x-ndjson' },
  { name: 'parquet', label: 'Parquet', extension: 'parquet', mediaType: 'application/vnd.apache.parquet' },
] as const;
export type StreamFormat = (typeof streamFormats)[number];
export type Format = StreamFormat | typeof tableFormat;

/** Groups of columns, as REST names them. */
export const columnGroups = [
  ['core', 'what it was: task, time, status, references'],
  ['usage', 'tokens and credits'],
  ['timing', 'seconds'],
  ['io', 'response and inputs'],
  ['files', 'the list of files'],
] as const;
export const defaultGroups: readonly string[] = ['core', 'usage', 'timing', 'io'];
/** Groups without payload, with which the runs are those whose usage the caller sees. */
export const usageGroups: readonly string[] = ['core', 'usage', 'timing'];

export interface ExportRequest {
  readonly scope: Scope;
  readonly filter: TaskRunFilter;
  readonly format: StreamFormat;
  readonly groups: readonly string[];
}

/** Below the gateway's root. */
export function exportPath({ scope: { orgId, projectId, taskId }, filter, format, groups }: ExportRequest): string {
  const place = `api/v1/org/${orgId}${projectId === null ? '' : `/project/${projectId}`}`;
  const path = taskId === null ? `${place}/task_run/export` : `${place}/task/${taskId}/run/export`;
  const query = new URLSearchParams({ format: format.name, fields: groups.join() });
  if (Object.keys(filter).length > 0) query.set('filter', JSON.stringify(toRestNames(filter)));
  return `${path}?${query}`;
}

/** A command with the shell's `$TOKEN`, never the page's. */
export function exportAsCurl(request: ExportRequest, fileName: string): string {
  const url = gatewayUrl(exportPath(request)).href;
  return `curl --fail --output ${shellWord(fileName)} -H "Authorization: Bearer $TOKEN" ${shellWord(url)}`;
}

/** Returns a name by task, project or organization and period, as exports over REST have it. */
export function fileNameOf(name: string | null, { start, end }: Period, { extension }: Format): string {
  const iso = (time: number | undefined) => time && new Date(time).toISOString();
  const period = { createdAfter: iso(start), createdBefore: iso(end), now: Date.now() };
  return exportFileName({ name, id: 'runs' }, period, extension).fileName;
}

/** The same filter with the names of REST: of filters and conditions, whose values have no members. */
function toRestNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toRestNames);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [toRestName(name), toRestNames(member)]);
  return Object.fromEntries(members);
}
