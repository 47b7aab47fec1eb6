import { type JsonPointer, pointerKey } from './json-pointer.js';

/**
 * The parts of a run that an operation may select in addition to its core columns. A statement reads JSON and relations
 * only for the paths that select them, and the small columns if any of its paths does.
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
  /** The beginning of the response's text, without the rest. */
  responsePreview: 128,
  submittedPreview: 256,
  /** The message of a failed run, without the rest of its response. */
  failureMessage: 512,
  /** The kind of a failure, without its response. */
  failure: 1024,
} as const;

/** The groups of JSON that is returned whole. */
export const wholeJsonGroups = FieldGroup.response | FieldGroup.runData | FieldGroup.submitted;
/** Previews whose length is requested. */
export const sizedPreview = FieldGroup.responsePreview | FieldGroup.submittedPreview;
export const previewGroups = sizedPreview | FieldGroup.failureMessage;
/** Texts that only failed runs have. */
export const failureGroups = FieldGroup.failureMessage | FieldGroup.failure;

/** A union of {@link FieldGroup}s. */
export type FieldGroups = number;

/** The selection of a run. */
export interface RunSelection {
  readonly fieldGroups: FieldGroups;
  /** Values inside the run's JSON; their pointers are well-formed. */
  readonly pointers: readonly JsonPointer[];
  /** Characters of the longest of {@link sizedPreview}; omitted: none is selected. */
  readonly previewLength?: number;
}

/** Properties that are always read: those that identify a run, and those that overviews of many runs select. */
export const coreProperties = ['id', 'taskId', 'created', 'isError', 'totalTokens', 'reportingGroupId'] as const;

/** Returns the union of two selections. */
export function mergeSelections(one: RunSelection, other: RunSelection): RunSelection {
  const pointers = new Map([...one.pointers, ...other.pointers].map((pointer) => [pointerKey(pointer), pointer]));
  const merged = { fieldGroups: one.fieldGroups | other.fieldGroups, pointers: [...pointers.values()] };
  const previewLength = Math.max(one.previewLength ?? 0, other.previewLength ?? 0);
  return previewLength > 0 ? { ...merged, previewLength } : merged;
}
