const connectionEnded = 'The database has ended the connection: see its log, then run it again.';

/** Remedies for errors that end a command, by a code of PostgreSQL or the system, or by the driver's message. */
const remedies: Readonly<Record<string, string>> = {
  '53100': "Make room on the database server's disk, then run it again.",
  '57P01': connectionEnded,
  '57P02': connectionEnded,
  ENOSPC: 'Make room on the disk that it writes to, then run it again.',
  'Connection terminated unexpectedly': connectionEnded,
};

/** Describes an error and its causes in one line. A refused connection has no message, only a code. */
export function explain(error: unknown): string {
  const { message, code, cause } = error as NodeJS.ErrnoException;
  const text = message || code || String(error);
  return cause === undefined ? text : `${text} (${explain(cause)})`;
}

/** Returns {@link explain} as a sentence. */
export function sentenceOf(error: unknown): string {
  return explain(error).replace(/\.?$/, '.');
}

/** Explains an error that ended a command, with a remedy where one is known. */
export function explainEnd(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const remedy = remedies[code] ?? remedies[message];
  return remedy === undefined ? explain(error) : `${sentenceOf(error)} ${remedy}`;
}
