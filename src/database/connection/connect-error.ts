import { sentenceOf } from '../../errors/explain.js';

/** A failure to connect, with its reason and a remedy. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  /** A full sentence, like the remedy. */
  readonly reason: string;
  readonly remedy: string;

  constructor(error: unknown) {
    const [reason, remedy] = [sentenceOf(error), remedyFor(error)];
    super(`${reason} ${remedy}`);
    this.reason = reason;
    this.remedy = remedy;
  }
}

function remedyFor(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  switch (code) {
    case '28P01':
    case '28000':
      return 'Check user and password in DATABASE_URL, and pg_hba.conf of the server.';
    case '3D000':
      return 'Create the database, or set DATABASE_URL to another one.';
    case '53300':
      return 'The server has no connections left. Raise its max_connections, or lower DATABASE_POOL_SIZE of the gateways.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host name cannot be resolved. Check DATABASE_URL.';
    default:
      return 'Check that PostgreSQL is running there and can be reached from here, and that DATABASE_URL is correct, including its sslmode.';
  }
}
