import type { Pool } from 'pg';

export interface Pooler {
  /** Whether it gives each client its own prepared statements, on whichever connection to the server its next one runs. */
  readonly keepsPrepared: boolean;
}

const probe = 'task_run_gateway_probe';

/** What pools connections between this program and the server; null: nothing does. */
export async function detectPooler(pool: Pool): Promise<Pooler | null> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // A pooler that keeps statements renames them, so this name reaches the server only where none does.
    const prepared = await client.query({ name: probe, text: 'SELECT pg_backend_pid() AS pid' });
    const { rowCount } = await client.query('SELECT FROM pg_prepared_statements WHERE name = $1', [probe]);
    if (rowCount) await client.query(`DEALLOCATE ${probe}`);
    await client.query('COMMIT');
    // A pooler gives its clients numbers of its own, because they have no process of the server's to themselves.
    const isDirect = prepared.rows[0].pid === (client as unknown as { readonly processID: number }).processID;
    return isDirect ? null : { keepsPrepared: !rowCount };
  } finally {
    // The client believes that the statement is still there.
    client.release(true);
  }
}
