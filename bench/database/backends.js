import pg from 'pg';
import { processSeconds, secondsBetween } from '../measure/process-figures.js';

/**
 * Watches the server processes behind a database. Their processor time can be read on this machine only: of a database
 * elsewhere it stays 0.
 */
export async function watchBackends(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const isHere = ['127.0.0.1', 'localhost', '[::1]', ''].includes(new URL(databaseUrl).hostname);
  const { rows } = await client.query('SHOW server_version');
  return {
    version: rows[0].server_version,
    /**
     * Returns the seconds used since the snapshot `before`, and a new snapshot. The time is measured per process,
     * because pools close idle connections.
     */
    async cpuSince(before = new Map()) {
      const { rows: backends } = await client.query(
        'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      const now = new Map(isHere ? backends.map(({ pid }) => [pid, processSeconds(pid)]) : []);
      const total = { user: 0, system: 0 };
      for (const [pid, seconds] of now) {
        const used = secondsBetween(before.get(pid) ?? { user: 0, system: 0 }, seconds);
        total.user += used.user;
        total.system += used.system;
      }
      return { ...total, now };
    },
    close: () => client.end(),
  };
}
