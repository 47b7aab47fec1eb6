const connectionEnded = 'The database closed the connection. Check its log, then run the command again.';

/**
 * Remedies for errors that end a command, by an error code of PostgreSQL or the system, or by the driver's message.
 */
const remedies: Readonly<Record<string, string>> = {
  '53100': 'Free disk space on the database server, then run the command again.',
  '57P01': connectionEnded,
  '57P02': connectionEnded,
  ENOSPC: 'Free disk space, then run the command again.',
  EDQUOT: "Free space in the user's disk quota, then run the command again.",
  EROFS: 'The file system is read-only. Choose a path on a writable one.',
  // Commands that write need more rights than a gateway.
  '42501': 'Run the command as the role that owns the tables (docs/operating.md).',
  'Connection terminated unexpectedly': connectionEnded,
};

/** Remedies for errors at a gateway's startup. */
const startRemedies: Readonly<Record<string, string>> = {
  '42501':
    'As the owner of the tables: GRANT SELECT ON ALL TABLES IN SCHEMA public TO the role of the gateway (docs/operating.md).',
};

const pathRemedy = 'Give the user that runs the command read and write access to it, or choose another path.';
const createRemedy =
  'As the owner of the database: GRANT USAGE, CREATE ON SCHEMA public TO the role that migrates, because only the owner has CREATE there since PostgreSQL 15 (docs/operating.md).';

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

/** Explains an error that ended a command, with a remedy if one is known. */
export function explainEnd(error: unknown): string {
  return withRemedy(error, remedies);
}

/** Explains an error that ended a gateway's startup. */
export function explainStart(error: unknown): string {
  return withRemedy(error, { ...remedies, ...startRemedies });
}

function withRemedy(error: unknown, known: Readonly<Record<string, string>>): string {
  const remedy = remedyFor(error as NodeJS.ErrnoException, known);
  return remedy === undefined ? explain(error) : `${sentenceOf(error)} ${remedy}`;
}

function remedyFor({ code = '', message, path }: NodeJS.ErrnoException, known: Readonly<Record<string, string>>) {
  // The error for a port that may not be used has the same code, but no path.
  if ((code === 'EACCES' || code === 'EPERM') && path !== undefined) return pathRemedy;
  if (code === '42501' && message.startsWith('permission denied for schema')) return createRemedy;
  return known[code] ?? known[message];
}

/** Writes to a file or folder. Errors include its path, even if the system's error does not, as on a full disk. */
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
