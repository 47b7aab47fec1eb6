import type { ExportedRuns } from './exported-value.js';

/** Writes runs as the bytes of a file, in parts. */
export interface RunWriter {
  /** Bytes of values that are kept for later parts. */
  readonly keptBytes: number;
  /** Returns the next bytes, perhaps none. */
  write(runs: ExportedRuns): Uint8Array;
  /** Returns the last bytes, perhaps none. */
  finish(): Uint8Array;
}
