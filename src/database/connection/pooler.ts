import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Returns the driver's pool. TypeORM's `query()` cannot name statements, and converts the driver's rows. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

export interface Pooler {
  /** Whether a client's prepared statements work on every connection to the server that the pooler chooses. */
  readonly keepsPrepared: boolean;
}

const probe = 'task_run_gateway_probe';

/** Detects a pooler between this program and the server; null without one. */
export async function detectPooler(pool: Pool): Promise<Pooler | null> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // A pooler that keeps statements renames them, so the server has this name only if no pooler keeps them.
    const prepared = await client.query({ name: probe, text: 'SELECT pg_backend_pid() AS pid' });
    const { rowCount } = await client.query('SELECT FROM pg_prepared_statements WHERE name = $1', [probe]);
    if (rowCount) await client.query(`DEALLOCATE ${probe}`);
    await client.query('COMMIT');
    // A pooler sends its own process ids, because its clients have no process of the server to themselves.
    const isDirect = prepared.rows[0].pid === (client as unknown as { readonly processID: number }).processID;
    return isDirect ? null : { keepsPrepared: !rowCount };
  } finally {
    // The client's list of prepared statements is wrong now.
    client.release(true);
  }
}
