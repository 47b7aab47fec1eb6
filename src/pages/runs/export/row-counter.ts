import type { Format } from './export-request.js';

export interface RowCounter {
  add(bytes: Uint8Array): void;
  rows(): number;
}

const lineFeed = 0x0a;
const quote = 0x22;

/** Counts the runs in the bytes of an export as they come; undefined for a format that is no text. */
export function createRowCounter(format: Format['name']): RowCounter | undefined {
  if (format === 'parquet') return undefined;
  const isCsv = format === 'csv';
  let isQuoted = false;
  let lines = 0;
  return {
    add(bytes) {
      for (const byte of bytes) {
        // A quote within quotes is doubled, which changes nothing.
        if (isCsv && byte === quote) isQuoted = !isQuoted;
        else if (byte === lineFeed && !isQuoted) lines++;
      }
    },
    // Without the header.
    rows: () => (isCsv ? Math.max(lines - 1, 0) : lines),
  };
}
