import type { ClientBase } from 'pg';
import type { SessionAttributes } from '../../libpq/parameters.js';

/** What the server of a session lets it do. */
export interface SessionRole {
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
}

/** Asked for, not taken from what the server reports by itself: a pooler repeats what it was told once. */
export async function readSessionRole(client: ClientBase): Promise<SessionRole> {
  const { rows } = await client.query<SessionRole>(
    `SELECT pg_is_in_recovery() AS "isStandby", current_setting('transaction_read_only') = 'on' AS "isReadOnly"`,
  );
  return rows[0]!;
}

/** @param isLastHost whether no other server is left that might suit better */
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
