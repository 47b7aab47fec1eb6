import type { Line } from '../lines.js';

/** A value in a row: the text of JSON, or the text of a CSV cell. */
export type FieldValue = { readonly json: string } | { readonly text: string };

/** A row of a file, before its conversion to a run. */
export interface SourceRow {
  /** Counted from 1, without empty lines. */
  readonly number: number;
  readonly line: Line;
  /** Values by name; null: JSON's null, or an empty cell. Empty if the line has a fault. */
  readonly fields: ReadonlyMap<string, FieldValue | null>;
}

/** The reason why a row is invalid: it names the column, and what would be right. */
export class RowFault extends Error {
  override readonly name = 'RowFault';
}
