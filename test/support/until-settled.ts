import { setTimeout } from 'node:timers/promises';
import type { Queries } from './databases.js';

/**
 * Waits for the end of all transactions on the server that have begun by now. Until then, their changes and all later
 * ones are not reported.
 */
export async function untilSettled(database: Queries): Promise<void> {
  const [{ xid }] = await database.query('SELECT pg_current_xact_id()::text AS xid');
  for (;;) {
    const sql = 'SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS "isSettled"';
    const [{ isSettled }] = await database.query(sql, [xid]);
    if (isSettled) return;
    await setTimeout(10);
  }
}
