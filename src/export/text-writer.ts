import type { ExportedRuns } from './exported-value.js';

/** Writes runs as text, some at a time. */
export interface TextWriter {
  /** What comes before the first run. */
  readonly header: string;
  /** Each run ends its line. */
  write(runs: ExportedRuns): string;
}
