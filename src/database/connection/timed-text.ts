// How long the database works for a statement, as it says itself: the time until the result arrives also holds the way
// there and back, and however long this process is busy with something else.

import type { Statement } from '../statements.js';

const column = 'workedMs';
const texts = new WeakMap<Statement, string>();

/** The statement's text, whose rows say when they were made. */
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

/** By its last row; undefined: there is none. */
export function workedMsOf(rows: readonly object[]): number | undefined {
  return (rows.at(-1) as { readonly [column]?: number } | undefined)?.[column];
}
