const connectionEnded = 'The database has ended the connection: see its log, then run it again.';

/** What an operator can do about what ends a command, by codes of PostgreSQL and of the system, and the driver's message. */
const remedies: Readonly<Record<string, string>> = {
  '53100': "Make room on the database server's disk, then run it again.",
  '57P01': connectionEnded,
  '57P02': connectionEnded,
  ENOSPC: 'Make room on the disk that it writes to, then run it again.',
  'Connection terminated unexpectedly': connectionEnded,
};

/** One line an operator can act on. A refused connection has no message, and a GatewayError keeps its cause for the log. */
export function explain(error: unknown): string {
  const { message, code, cause } = error as NodeJS.ErrnoException;
  const text = message || code || String(error);
  return cause === undefined ? text : `${text} (${explain(cause)})`;
}

/** The same as a sentence. */
export function sentenceOf(error: unknown): string {
  return explain(error).replace(/\.?$/, '.');
}

/** Why a command has ended, and what to do about it where that is known. */
export function explainEnd(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const remedy = remedies[code] ?? remedies[message];
  return remedy === undefined ? explain(error) : `${sentenceOf(error)} ${remedy}`;
}
