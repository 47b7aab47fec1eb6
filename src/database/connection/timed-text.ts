// Measures the time that the database works for a statement, by its own clock: the time until the result arrives
// includes the network, and the time for which this process is busy with other work.

import type { Statement } from '../statements.js';

const column = 'workedMs';
const texts = new WeakMap<Statement, string>();

/** Returns the statement's text with a column for the time at which each row was made. */
export function timedText(statement: Statement): string {
  let text = texts.get(statement);
  if (text === undefined) {
    // Not `extract`, which returns a decimal number.
    const elapsed = `date_part('epoch', clock_timestamp() - statement_timestamp()) * 1000 AS "${column}"`;
    text = `SELECT result.*, ${elapsed} FROM (${statement.text}\n) AS result`;
    texts.set(statement, text);
  }
  return text;
}

/** Returns the time of the last row; undefined without rows. */
export function workedMsOf(rows: readonly object[]): number | undefined {
  return (rows.at(-1) as { readonly [column]?: number } | undefined)?.[column];
}
