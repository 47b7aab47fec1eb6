import { type JsonPointer, pointerKey } from './json-pointer.js';

/**
 * What of a run an operation selects beside its core columns. A statement reads JSON and relations only for the paths
 * that ask for them, and the small columns where any of its paths does.
 */
export const FieldGroup = {
  none: 0,
  response: 1,
  runData: 2,
  submitted: 4,
  reportingGroup: 8,
  files: 16,
  /** The small columns beyond the core. */
  details: 32,
  /** The length of the response, without the response. */
  responseBytes: 64,
} as const;

/** A union of {@link FieldGroup}s. */
export type FieldGroups = number;

/** All that is asked of a run. */
export interface RunSelection {
  readonly fieldGroups: FieldGroups;
  /** Values inside the run's JSON; their pointers are well-formed. */
  readonly pointers: readonly JsonPointer[];
}

/** Always read: what names a run, and what glances at many runs ask for. */
export const coreProperties = ['id', 'taskId', 'created', 'isError', 'totalTokens', 'reportingGroupId'] as const;

/** All that either of them asks for. */
export function mergeSelections(one: RunSelection, other: RunSelection): RunSelection {
  const pointers = new Map([...one.pointers, ...other.pointers].map((pointer) => [pointerKey(pointer), pointer]));
  return { fieldGroups: one.fieldGroups | other.fieldGroups, pointers: [...pointers.values()] };
}
