/**
 * What of a run an operation selects beside its small columns. The statement reads a part only for the paths that
 * ask for it, so a run's JSON is never fetched for nothing, and one statement text serves every selection.
 */
export const RunPart = {
  none: 0,
  response: 1,
  runData: 2,
  submitted: 4,
  reportingGroup: 8,
  files: 16,
  all: 31,
} as const;

/** A union of {@link RunPart}s. */
export type RunParts = number;
