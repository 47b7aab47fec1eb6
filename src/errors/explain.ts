const connectionEnded = 'The database has ended the connection: see its log, then run it again.';

/** Remedies for errors that end a command, by a code of PostgreSQL or the system, or by the driver's message. */
const remedies: Readonly<Record<string, string>> = {
  '53100': "Make room on the database server's disk, then run it again.",
  '57P01': connectionEnded,
  '57P02': connectionEnded,
  ENOSPC: 'Make room on the disk that it writes to, then run it again.',
  EDQUOT: 'Make room in the quota of the user that runs it, then run it again.',
  EROFS: 'The file system is read-only: name a path on another one.',
  // Commands that write need more rights than a gateway.
  '42501': 'Run it as the role that migrates, which owns the tables (docs/operating.md).',
  'Connection terminated unexpectedly': connectionEnded,
};

/** Remedies for the start of a gateway. */
const startRemedies: Readonly<Record<string, string>> = {
  '42501':
    'As the owner of the tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO the role of the gateway (docs/operating.md).',
};

const pathRemedy = 'Let the user that runs it read and write there, or name another path.';
const createRemedy =
  'As the owner of the database: GRANT USAGE, CREATE ON SCHEMA public TO the role that migrates, because PostgreSQL 15 and newer give others no CREATE there (docs/operating.md).';

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
  return withRemedy(error, remedies);
}

/** Explains an error that ended the start of a gateway. */
export function explainStart(error: unknown): string {
  return withRemedy(error, { ...remedies, ...startRemedies });
}

function withRemedy(error: unknown, known: Readonly<Record<string, string>>): string {
  const remedy = remedyFor(error as NodeJS.ErrnoException, known);
  return remedy === undefined ? explain(error) : `${sentenceOf(error)} ${remedy}`;
}

function remedyFor({ code = '', message, path }: NodeJS.ErrnoException, known: Readonly<Record<string, string>>) {
  // A port that may not be used has the same code, and no path.
  if ((code === 'EACCES' || code === 'EPERM') && path !== undefined) return pathRemedy;
  if (code === '42501' && message.startsWith('permission denied for schema')) return createRemedy;
  return known[code] ?? known[message];
}

/** Writes to a file or folder. Errors name it, also where the system does not, such as on a full disk. */
export async function withPath<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (
      failure.code !== undefined &&
      ['ENOSPC', 'EDQUOT', 'EIO'].includes(failure.code) &&
      failure.path === undefined
    ) {
      failure.path = path;
      failure.message += ` '${path}'`;
    }
    throw error;
  }
}
