// From what an operation selects on a run to what the run's statement has to read.

import type { FieldNode } from 'graphql';
import { type JsonPick, parsePointer, pickKey } from '../task-runs/json-pick.js';
import { coreProperties, RunPart, type RunParts, type RunSelection } from '../task-runs/run-parts.js';
import { argumentOf, fieldsBelow, type SelectionSource } from './selected-fields.js';

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

/** What the selections of these fields, which answer runs, ask for of a run. */
export function selectedParts(source: SelectionSource & { readonly fieldNodes: readonly FieldNode[] }): RunSelection {
  let parts: RunParts = RunPart.none;
  const picks = new Map<string, JsonPick>();
  for (const field of fieldsBelow(source.fieldNodes, source, 'TaskRun')) {
    const pointer = field.arguments?.length ? argumentOf(field, 'path', source) : null;
    if (typeof pointer !== 'string') parts |= partOfField.get(field.name.value) ?? RunPart.details;
    else if (parsePointer(pointer) !== null) {
      const pick = { source: field.name.value as JsonPick['source'], pointer };
      picks.set(pickKey(pick), pick);
    }
  }
  return { parts, picks: [...picks.values()] };
}
