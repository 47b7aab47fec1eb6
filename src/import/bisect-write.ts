import type { Line } from './lines.js';

/** A line that could not be imported. */
export interface Failure {
  readonly line: Line;
  readonly reason: string;
}

export interface WrittenRows<Outcome> {
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly Failure[];
}

/**
 * Writes rows in a transaction or savepoint. If a value makes it fail, retries each half separately, down to a single
 * row, which then fails without the others.
 */
export async function writeInHalves<Row extends { readonly line: Line }, Outcome>(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<WrittenRows<Outcome>>,
): Promise<WrittenRows<Outcome>> {
  try {
    return await write(rows);
  } catch (error) {
    if (!isDataError(error)) throw error;
    // Only the message, because the detail of such an error may contain the row.
    if (rows.length === 1)
      return { outcomes: [], failures: [{ line: rows[0]!.line, reason: (error as Error).message }] };
    const middle = rows.length >> 1;
    const first = await writeInHalves(rows.slice(0, middle), write);
    const second = await writeInHalves(rows.slice(middle), write);
    return { outcomes: [...first.outcomes, ...second.outcomes], failures: [...first.failures, ...second.failures] };
  }
}

/**
 * Returns whether a value in the data caused the error, based on SQLSTATE classes: cardinality, data, constraints,
 * limits.
 */
function isDataError(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && ['21', '22', '23', '54'].includes(code.slice(0, 2));
}
