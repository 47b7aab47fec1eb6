import type { ExportedRuns } from './exported-value.js';

export const exportKinds = ['jsonl', 'csv', 'parquet'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** Writes runs as the bytes of a file, in parts. */
export interface RunWriter {
  /** Bytes of values that are kept for later parts. */
  readonly keptBytes: number;
  /** Returns the next bytes, perhaps none. */
  write(runs: ExportedRuns): Uint8Array;
  /** Returns the last bytes, perhaps none. */
  finish(): Uint8Array;
}

/** Writes runs as text, in parts. */
export interface TextWriter {
  /** The text before the first run. */
  readonly header: string;
  /** Returns a line for each run, with its end. */
  write(runs: ExportedRuns): string;
}
