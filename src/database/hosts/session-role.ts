import type { ClientBase } from 'pg';
import type { SessionAttributes } from '../../libpq/parameters.js';

/** The role of a session's server. */
export interface SessionRole {
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
}

/**
 * Queries the role. The parameters that a server reports on its own may be outdated, because a pooler repeats them.
 */
export async function readSessionRole(client: ClientBase): Promise<SessionRole> {
  const { rows } = await client.query<SessionRole>(
    `SELECT pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only') = 'on' AS "isReadOnly"`,
  );
  return rows[0]!;
}

/** @param isLastHost whether this is the last host to try */
export function matchesSessionAttributes(
  attributes: SessionAttributes,
  { isStandby, isReadOnly }: SessionRole,
  isLastHost: boolean,
): boolean {
  switch (attributes) {
    case 'any':
      return true;
    case 'read-write':
      return !isReadOnly;
    case 'read-only':
      return isReadOnly;
    case 'primary':
      return !isStandby;
    case 'standby':
      return isStandby;
    case 'prefer-standby':
      return isStandby || isLastHost;
  }
}
