import type { ExportedRuns } from './exported-value.js';

export const exportKinds = ['jsonl', 'csv', 'parquet'] as const;
export type ExportKind = (typeof exportKinds)[number];

/** Writes runs as the bytes of a file, in parts. */
export interface RunWriter {
  /** Returns the next bytes, if any. Values may be buffered until a page that ends a part. */
  write(runs: ExportedRuns): Uint8Array;
  /** Returns the last bytes, if any. */
  finish(): Uint8Array;
}

/** Writes runs as text, in parts. */
export interface TextWriter {
  /** The text before the first run. */
  readonly header: string;
  /** Returns a line for each run, including the line break. */
  write(runs: ExportedRuns): string;
}
