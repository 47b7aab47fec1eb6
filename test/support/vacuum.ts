import type { Queries } from './databases.js';
import { eventually } from './eventually.js';

/**
 * Vacuums and analyzes all tables, for plans that read only indexes. Repeats this while some pages are not marked
 * all-visible, because VACUUM skips pages that are being written, and keeps rows that an automatic ANALYZE may still
 * see.
 */
export async function vacuumAll(database: Queries): Promise<void> {
  await eventually(async () => {
    await database.query('VACUUM ANALYZE');
    const tables = await database.query(
      `SELECT relname, relpages - relallvisible AS "hidden" FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relallvisible < relpages`,
    );
    expect(tables).toEqual([]);
  });
}
