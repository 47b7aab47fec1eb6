import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Returns the driver's pool. TypeORM's `query()` cannot name statements, and it converts the driver's rows. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

export interface Pooler {
  /** Whether a client's prepared statements work on every server connection that the pooler chooses. */
  readonly keepsPrepared: boolean;
}

const probe = 'task_run_gateway_probe';

/** Detects a pooler between this program and the server. Returns `null` if there is no pooler. */
export async function detectPooler(pool: Pool): Promise<Pooler | null> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // A pooler that supports prepared statements renames them, so the server has a statement of this name only if the
    // pooler does not.
    const prepared = await client.query({ name: probe, text: 'SELECT pg_backend_pid() AS pid' });
    const { rowCount } = await client.query('SELECT FROM pg_prepared_statements WHERE name = $1', [probe]);
    if (rowCount) await client.query(`DEALLOCATE ${probe}`);
    await client.query('COMMIT');
    // A pooler sends made-up process ids, because its clients do not have a server process to themselves.
    const isDirect = prepared.rows[0].pid === (client as unknown as { readonly processID: number }).processID;
    return isDirect ? null : { keepsPrepared: !rowCount };
  } finally {
    // The client's list of prepared statements is wrong from here on.
    client.release(true);
  }
}
