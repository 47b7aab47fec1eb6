/**
 * Milliseconds of the processor's time for what cannot be timed by itself, because other requests are worked on meanwhile:
 * measured as the time of the whole process, divided by what there was.
 */
export const processorTime = {
  /** Its token, its HTTP, its log line. */
  request: 0.3,
  compressedCharacter: 0.015 / 1000,
} as const;
