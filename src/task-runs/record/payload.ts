// The classification of what is payload.

import { FieldGroup, type RunSelection } from './field-groups.js';

const payloadFieldGroups =
  FieldGroup.response |
  FieldGroup.runData |
  FieldGroup.submitted |
  FieldGroup.responseBytes |
  FieldGroup.responsePreview |
  FieldGroup.submittedPreview |
  FieldGroup.failureMessage;

const payloadFilters = ['response', 'submitted', 'runData', 'hasResponse', 'search', 'failureIn'];

/** Whether a selection has payload of a run itself, without its files. */
export function selectsPayload({ fieldGroups, pointers }: RunSelection): boolean {
  return (fieldGroups & payloadFieldGroups) !== 0 || pointers.length > 0;
}

/** Whether a filter, at any depth, is about payload. Null conditions count as omitted. */
export function filtersByPayload(filter: object | null | undefined): boolean {
  if (filter == null) return false;
  return Object.entries(filter).some(([name, value]) => {
    if (value == null) return false;
    if (name === 'AND' || name === 'OR') return (value as readonly object[]).some(filtersByPayload);
    return name === 'NOT' ? filtersByPayload(value as object) : payloadFilters.includes(name);
  });
}
