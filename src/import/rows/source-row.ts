import type { Line } from '../line.js';

/** A value of a file's row: JSON as its text, or the text of a CSV cell. */
export type FieldValue = { readonly json: string } | { readonly text: string };

/** A row of a file, before it is a run. */
export interface SourceRow {
  /** From 1, without lines that are empty. */
  readonly number: number;
  readonly line: Line;
  /** By name; null: JSON's null, or an empty cell. Empty where the line has a fault. */
  readonly fields: ReadonlyMap<string, FieldValue | null>;
}

/** What keeps a row from being a run: which column, and what would be right. */
export class RowFault extends Error {
  override readonly name = 'RowFault';
}
