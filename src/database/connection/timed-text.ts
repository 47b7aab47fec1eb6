// Measures the time that the database works on a statement, by the server's clock. The time until the result arrives
// would include the network and any time that this process is busy with other work.

import type { Statement } from '../statements.js';

const column = 'workedMs';
const texts = new WeakMap<Statement, string>();

/** Returns the statement's text with an additional column: the time at which each row was produced. */
export function timedText(statement: Statement): string {
  let text = texts.get(statement);
  if (text === undefined) {
    // `extract` would return a decimal number.
    const elapsed = `date_part('epoch', clock_timestamp() - statement_timestamp()) * 1000 AS "${column}"`;
    text = `SELECT result.*, ${elapsed} FROM (${statement.text}\n) AS result`;
    texts.set(statement, text);
  }
  return text;
}

/** Returns the time of the last row, or `undefined` if there are no rows. */
export function workedMsOf(rows: readonly object[]): number | undefined {
  return (rows.at(-1) as { readonly [column]?: number } | undefined)?.[column];
}
