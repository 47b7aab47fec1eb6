// From what an operation selects on a run to what the run's statement has to read.

import type { FieldNode } from 'graphql';
import { validationFailed } from '../errors/validation.js';
import { type JsonPick, parsePointer, pickKey } from '../task-runs/json-pick.js';
import { coreProperties, RunPart, type RunParts, type RunSelection } from '../task-runs/run-parts.js';
import { malformedPath } from './json-fields.js';
import {
  allFieldsBelow,
  argumentOf,
  assertFewFields,
  fieldsBelow,
  rememberSelections,
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
 * What the selections of these fields, which answer runs, ask for of a run.
 * @throws GatewayError VALIDATION_FAILED for more than 200 fields, whole JSON under more than six names, or several paths that are none
 */
export function readSelectedParts(
  source: SelectionSource & { readonly fieldNodes: readonly FieldNode[] },
): RunSelection {
  let parts: RunParts = RunPart.none;
  const picks = new Map<string, JsonPick>();
  let wholeJson = 0;
  let malformedPaths = 0;
  const fields = fieldsBelow(source.fieldNodes, source, 'TaskRun');
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
  assertFewFields([...fields, ...allFieldsBelow(fields, source)]);
  if (malformedPaths > mostMalformedPaths) throw malformedPath();
  if (wholeJson > mostWholeJson) {
    throw validationFailed(['query'], `must not select whole JSON under more than ${mostWholeJson} names`, 'too_long');
  }
  return { parts, picks: [...picks.values()] };
}

/** {@link readSelectedParts}, remembered. */
export const selectedParts = rememberSelections(readSelectedParts);
