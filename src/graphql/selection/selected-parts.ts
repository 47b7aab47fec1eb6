// From what an operation selects on a run to what the run's statement has to read.

import type { FieldNode } from 'graphql';
import type { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { coreProperties, RunPart, type RunParts, type RunSelection } from '../../task-runs/record/field-groups.js';
import { type JsonPick, parsePointer, pickKey } from '../../task-runs/record/json-pointer.js';
import {
  allFieldsBelow,
  argumentOf,
  assertFewFields,
  type FieldSelection,
  fieldsBelow,
  rememberedByFieldNodes,
  type SelectionSource,
} from './selected-fields.js';

/** The path of a run is always read, as are the stubs that hold no more than a part of it. */
const pathFields = ['orgId', 'projectId', 'organization', 'project', 'task'];

const partOfField: ReadonlyMap<string, RunParts> = new Map([
  ...['__typename', ...pathFields, ...coreProperties].map((field) => [field, RunPart.none] as const),
  ['response', RunPart.response],
  ['runData', RunPart.runData],
  ['submitted', RunPart.submitted],
  ['responseBytes', RunPart.responseBytes],
  ['reportingGroup', RunPart.reportingGroup],
  ['files', RunPart.files],
]);

/** Paths that are none are told at each run, which costs more than an answer. */
const mostMalformedPaths = 2;
/** Names under which the whole of a run's JSON may be asked for. */
const mostWholeJson = 6;
const jsonParts: RunParts = RunPart.response | RunPart.runData | RunPart.submitted;

/**
 * The fields of runs that are selected below fields whose values are runs.
 * @throws GatewayError VALIDATION_FAILED for more than 200 fields of a run and of what it holds
 */
export function runFieldsBelow(selection: FieldSelection): readonly FieldNode[] {
  const fields = fieldsBelow(selection.fieldNodes, selection, 'TaskRun');
  assertFewFields([...fields, ...allFieldsBelow(fields, selection)]);
  return fields;
}

/**
 * What has to be read of a run for its fields.
 * @throws GatewayError VALIDATION_FAILED for whole JSON under more than six names, or several paths that are none
 */
export function partsOfFields(fields: readonly FieldNode[], source: SelectionSource): RunSelection {
  let parts: RunParts = RunPart.none;
  const picks = new Map<string, JsonPick>();
  let wholeJson = 0;
  let malformedPaths = 0;
  for (const field of fields) {
    const pointer = field.arguments?.length ? argumentOf(field, 'path', source) : null;
    if (typeof pointer !== 'string') {
      const part = partOfField.get(field.name.value) ?? RunPart.details;
      if (part & jsonParts) wholeJson += 1;
      parts |= part;
    } else if (parsePointer(pointer) === null) {
      malformedPaths += 1;
    } else {
      const pick = { source: field.name.value as JsonPick['source'], pointer };
      picks.set(pickKey(pick), pick);
      if (pointer === '') wholeJson += 1;
    }
  }
  if (malformedPaths > mostMalformedPaths) throw malformedPath();
  if (wholeJson > mostWholeJson) {
    throw validationFailed(['query'], `must not select whole JSON under more than ${mostWholeJson} names`, 'too_long');
  }
  return { parts, picks: [...picks.values()] };
}

export function malformedPath(): GatewayError {
  return validationFailed(['path'], 'must be a JSON Pointer of at most 1,000 characters');
}

const rememberedRunFields = rememberedByFieldNodes(runFieldsBelow);

/** What a field whose values are runs has to read of them. @throws GatewayError VALIDATION_FAILED where that is too much */
export function selectedParts(selection: FieldSelection): RunSelection {
  return partsOfFields(rememberedRunFields(selection), selection);
}
