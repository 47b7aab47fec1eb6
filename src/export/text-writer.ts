import type { ExportedRuns } from './exported-value.js';

/** Writes runs as text, in parts. */
export interface TextWriter {
  /** The text before the first run. */
  readonly header: string;
  /** Returns a line for each run, with its end. */
  write(runs: ExportedRuns): string;
}
