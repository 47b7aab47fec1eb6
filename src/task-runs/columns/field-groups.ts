import { type JsonPointer, pointerKey } from './json-pointer.js';

/**
 * The parts of a run that an operation may select in addition to its core columns. A statement reads JSON and relations
 * only for paths that select them, but reads the small columns for every path if any path selects them.
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
  /** The length of the response, without the response itself. */
  responseBytes: 64,
  /** The beginning of the response's text. */
  responsePreview: 128,
  submittedPreview: 256,
  /** The message of a failed run, without the rest of its response. */
  failureMessage: 512,
  /** The failure kind, without the response. */
  failure: 1024,
} as const;

/** Groups that return JSON as a whole. */
export const wholeJsonGroups = FieldGroup.response | FieldGroup.runData | FieldGroup.submitted;
/** Previews with a requested length. */
export const sizedPreview = FieldGroup.responsePreview | FieldGroup.submittedPreview;
export const previewGroups = sizedPreview | FieldGroup.failureMessage;
/** Text that only failed runs have. */
export const failureGroups = FieldGroup.failureMessage | FieldGroup.failure;

/** A union of {@link FieldGroup}s. */
export type FieldGroups = number;

/** The selection for a run. */
export interface RunSelection {
  readonly fieldGroups: FieldGroups;
  /** Values inside the run's JSON, with well-formed pointers. */
  readonly pointers: readonly JsonPointer[];
  /** Character length of the longest {@link sizedPreview}, or omitted if none is selected. */
  readonly previewLength?: number;
}

/** Properties that are always read: those that identify a run and those commonly selected in overviews of many runs. */
export const coreProperties = ['id', 'taskId', 'created', 'isError', 'totalTokens', 'reportingGroupId'] as const;

/** Returns the union of two selections. */
export function mergeSelections(one: RunSelection, other: RunSelection): RunSelection {
  const pointers = new Map([...one.pointers, ...other.pointers].map((pointer) => [pointerKey(pointer), pointer]));
  const merged = { fieldGroups: one.fieldGroups | other.fieldGroups, pointers: [...pointers.values()] };
  const previewLength = Math.max(one.previewLength ?? 0, other.previewLength ?? 0);
  return previewLength > 0 ? { ...merged, previewLength } : merged;
}
