import type { Line } from '../lines.js';

/** A value in a row: JSON text, or the text of a CSV cell. */
export type FieldValue = { readonly json: string } | { readonly text: string };

/** A row of a file, before it is converted to a run. */
export interface SourceRow {
  /** The row's number, from 1, not counting empty lines. */
  readonly number: number;
  readonly line: Line;
  /** Values by name; `null` for JSON null or an empty cell. Empty if the line has a fault. */
  readonly fields: ReadonlyMap<string, FieldValue | null>;
}

/** The reason why a row is invalid. It names the column and describes valid values. */
export class RowFault extends Error {
  override readonly name = 'RowFault';
}
