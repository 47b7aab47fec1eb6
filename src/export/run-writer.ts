import type { ExportedRuns } from './exported-value.js';

/** Writes runs as the bytes of a file, some at a time. */
export interface RunWriter {
  /** Bytes of values that it keeps for what it returns later. */
  readonly keptBytes: number;
  /** Returns the bytes that follow those returned before, perhaps none. */
  write(runs: ExportedRuns): Uint8Array;
  /** Returns the last bytes, perhaps none. */
  finish(): Uint8Array;
}
