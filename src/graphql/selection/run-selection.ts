// Converts an operation's selection on a run to the selection for the run's statement.

import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { GatewayError } from '../../errors/gateway-error.js';
import { orNot, validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { parsePointer } from '../../json/parse-pointer.js';
import { limits } from '../../limits.js';
import {
  coreProperties,
  FieldGroup,
  type FieldGroups,
  failureGroups,
  previewGroups,
  type RunSelection,
  sizedPreview,
  wholeJsonGroups,
} from '../../task-runs/columns/field-groups.js';
import { type JsonPointer, mustBePointer, pointerKey } from '../../task-runs/columns/json-pointer.js';
import { modelPointerOf } from './model-pointer.js';
import {
  argumentOf,
  assertFieldCount,
  childFields,
  descendantFields,
  type FieldSelection,
  memoizeByFieldNodes,
  type SelectionSource,
} from './selected-fields.js';

/** Fields that need no reading, because a run's path is always read and the stubs contain only parts of it. */
const pathFields = ['orgId', 'projectId', 'organization', 'project', 'task'];

const groupOfField: ReadonlyMap<string, FieldGroups> = new Map([
  ...['__typename', ...pathFields, ...coreProperties].map((field) => [field, FieldGroup.none] as const),
  ['response', FieldGroup.response],
  ['runData', FieldGroup.runData],
  ['submitted', FieldGroup.submitted],
  ['responseBytes', FieldGroup.responseBytes],
  ['responseText', FieldGroup.response],
  ['runDataText', FieldGroup.runData],
  ['submittedText', FieldGroup.submitted],
  ['responsePreview', FieldGroup.responsePreview],
  ['submittedPreview', FieldGroup.submittedPreview],
  ['status', FieldGroup.none],
  ['failureMessage', FieldGroup.failureMessage],
  ['failure', FieldGroup.failure],
  ['reportingGroup', FieldGroup.reportingGroup],
  ['files', FieldGroup.files],
  ['next', FieldGroup.none],
  ['previous', FieldGroup.none],
]);

const maxWholeJson = limits.wholeJsonNames.value;

/**
 * Returns the run fields selected within fields that return runs.
 * @throws GatewayError VALIDATION_FAILED for more than 200 fields of a run and its nested objects
 */
export function selectedRunFields(selection: FieldSelection): readonly FieldNode[] {
  const fields = childFields(selection.fieldNodes, selection, 'TaskRun');
  assertFieldCount([...fields, ...descendantFields(fields, selection)]);
  return fields;
}

/**
 * Returns the selection for a run's fields.
 * @throws GatewayError VALIDATION_FAILED for whole JSON or previews under more than six names, several malformed paths,
 * or an invalid preview length
 */
export function runSelectionOfFields(fields: readonly FieldNode[], source: SelectionSource): RunSelection {
  let fieldGroups: FieldGroups = FieldGroup.none;
  const pointers = new Map<string, JsonPointer>();
  let wholeJson = 0;
  let malformedPaths = 0;
  let previews = 0;
  let previewLength = 0;
  for (const field of fields) {
    if (field.name.value === 'model') {
      const pointer = modelPointerOf(source.schema)!;
      pointers.set(pointerKey(pointer), pointer);
      continue;
    }
    const pointer = field.arguments?.length ? argumentOf(field, 'path', source) : null;
    if (typeof pointer !== 'string') {
      const group = groupOfField.get(field.name.value) ?? FieldGroup.details;
      if (group & wholeJsonGroups) wholeJson += 1;
      if (group & (previewGroups | failureGroups)) previews += 1;
      if (group & sizedPreview) previewLength = Math.max(previewLength, previewLengthOf(field, source));
      fieldGroups |= group;
    } else if (parsePointer(pointer) === null) {
      malformedPaths += 1;
    } else {
      const jsonPointer = { source: field.name.value as JsonPointer['source'], pointer };
      pointers.set(pointerKey(jsonPointer), jsonPointer);
      if (pointer === '') wholeJson += 1;
    }
  }
  if (malformedPaths > limits.malformedPointers.value) throw malformedPath();
  if (wholeJson > maxWholeJson) {
    throw validationFailed(
      ['query'],
      `must not select whole JSON values under more than ${maxWholeJson} names`,
      'too_long',
    );
  }
  if (previews > limits.previewNames.value) {
    throw validationFailed(['query'], `must not select more than ${limits.previewNames.value} previews`, 'too_long');
  }
  const selection = { fieldGroups, pointers: [...pointers.values()] };
  return previewLength === 0 ? selection : { ...selection, previewLength };
}

function previewLengthOf(field: FieldNode, source: SelectionSource): number {
  const length = (argumentOf(field, 'length', source) ?? limits.defaultPreviewLength.value) as number;
  const max = limits.previewLength.value;
  if (length < 1 || length > max) {
    throw validationFailed(['length'], `must be between 1 and ${formatCount(max)}${orNot(length)}`);
  }
  return length;
}

export function malformedPath(): GatewayError {
  return validationFailed(['path'], mustBePointer);
}

/** Returns a function, because the selection depends on variables if any field has arguments. */
const memoizedRunSelection = memoizeByFieldNodes((selection): ((source: SelectionSource) => RunSelection) => {
  const fields = selectedRunFields(selection);
  if (fields.some((field) => field.arguments?.length)) return (source) => runSelectionOfFields(fields, source);
  const fixed = runSelectionOfFields(fields, selection);
  return () => fixed;
});

/** Returns the selection for a field that returns runs. @throws GatewayError VALIDATION_FAILED beyond a limit */
export function runSelection(selection: FieldSelection): RunSelection {
  return memoizedRunSelection(selection)(selection);
}

/** Returns the selection on runs. Also limits the selections on other types, which are always read completely. */
const selectedEntityFields = memoizeByFieldNodes((selection) => {
  for (const type of ['ReportingGroup', 'Organization', 'Project', 'Task']) {
    assertFieldCount(descendantFields(selection.fieldNodes, selection, type));
  }
  return selectedRunFields(selection);
});

/**
 * Returns the run selection for a field that returns objects of all types.
 * @throws GatewayError VALIDATION_FAILED beyond a limit
 */
export function entityRunSelection(info: GraphQLResolveInfo): RunSelection {
  return runSelectionOfFields(selectedEntityFields(info), info);
}
