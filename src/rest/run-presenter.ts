import { RawJson } from '../json/raw-json.js';
import { isPayload } from '../task-runs/columns/payload.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from '../task-runs/columns/records.js';
import { type RunField, runFields } from './openapi/schemas.js';

interface PresentedRelations {
  readonly reportingGroup: ReportingGroupRecord | null;
  readonly files: readonly TaskRunFileRecord[];
  /** The URL of each file, in the files' order. */
  readonly downloadUrls: readonly string[];
}

/** A member of a run's JSON text. */
interface RunMember {
  readonly field: RunField;
  /** The text that precedes the value. */
  readonly opening: string;
}

/** Returns the members of a run, in the order of the fields. */
export function toMembers(fields: readonly RunField[]): readonly RunMember[] {
  return fields.map((field, index) => {
    const name = typeof field === 'string' ? field : field.databaseName;
    return { field, opening: `${index === 0 ? '{' : ','}"${name}":` };
  });
}

const allMembers = toMembers(runFields);

/** Returns a run's JSON text, by default with the names and order of the REST reference (docs/rest.md). */
export function presentRun(run: TaskRunRecord, relations: PresentedRelations, members = allMembers): string {
  let text = '';
  for (const { field, opening } of members) text += opening + textOfField(field, run, relations);
  return `${text}}`;
}

/** Returns the same JSON text with null for all payload, which is not read. */
export function presentUsage(run: TaskRunRecord, reportingGroup: ReportingGroupRecord | null): string {
  const relations = { reportingGroup, files: [], downloadUrls: [] };
  const members = allMembers.map(
    ({ field, opening }) => opening + (isPayloadField(field) ? 'null' : textOfField(field, run, relations)),
  );
  return `${members.join('')}}`;
}

function isPayloadField(field: RunField): boolean {
  return field !== 'reporting_group' && isPayload('fields', field === 'files' ? field : field.propertyName);
}

function textOfField(field: RunField, run: TaskRunRecord, relations: PresentedRelations): string {
  const value = valueOfField(field, run, relations);
  return value instanceof RawJson ? value.text : JSON.stringify(value);
}

function valueOfField(
  field: RunField,
  run: TaskRunRecord,
  { reportingGroup, files, downloadUrls }: PresentedRelations,
) {
  if (field === 'files') return files.map((file, index) => presentFile(file, downloadUrls[index]!));
  if (field === 'reporting_group') return reportingGroup && presentReportingGroup(reportingGroup);
  return run[field.propertyName];
}

function presentFile({ name, contentType, sizeBytes, direction, created }: TaskRunFileRecord, downloadUrl: string) {
  return { name, content_type: contentType, size_bytes: sizeBytes, direction, created, download_url: downloadUrl };
}

export function presentReportingGroup({ id, name, description, projectId, created, modified }: ReportingGroupRecord) {
  return { id, name, description, project_id: projectId, created, modified };
}
