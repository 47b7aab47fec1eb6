import { setTimeout } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { backfillJsonBytes } from './backfill-json-bytes.js';
import { createDataSource } from './data-source.js';
import { assertSchemaIsCurrent } from './schema-version.js';
import { validateChecks } from './validate-checks.js';

const dayMs = 86_400_000;
const turnPollMs = 200;

/** A data source to migrate with: a migration of large tables takes longer than any statement of the gateway may. */
export function createMigrationDataSource(url: string): DataSource {
  return createDataSource({ url, poolSize: 2, timeoutMs: dayMs });
}

/**
 * Brings the schema up to date, one process at a time; others wait and find nothing to do. `report` is called with
 * what was done once it is committed, and with rows that violate constraints which were added since.
 * @throws Error when the database is newer than this program.
 */
export async function migrateSchema(url: string, report: (line: string) => void): Promise<void> {
  const dataSource = await createMigrationDataSource(url).initialize();
  try {
    await waitForTurn(dataSource, report);
    for (const { name } of await dataSource.runMigrations()) report(`Applied ${name}.`);
    const counted = await backfillJsonBytes(dataSource);
    if (counted > 0) report(`Counted the bytes of the JSON of ${counted} runs.`);
    await assertSchemaIsCurrent(dataSource);
    await validateChecks(dataSource, report);
    report('The schema is up to date.');
  } finally {
    await dataSource.destroy();
  }
}

/** The lock lasts as long as the session of a connection that is never released: until the data source is destroyed. */
async function waitForTurn(dataSource: DataSource, report: (line: string) => void): Promise<void> {
  const session = dataSource.createQueryRunner();
  const tryToLock = async () => {
    const [{ granted }] = await session.query(
      "SELECT pg_try_advisory_lock(hashtextextended('task-run-gateway migrations', 0)) AS granted",
    );
    return granted as boolean;
  };
  if (await tryToLock()) return;
  report('Another process is migrating this database; waiting for it.');
  // Asked again and again: an index that is made beside all others waits for the statements under way, and so for one
  // that waits for the lock.
  do await setTimeout(turnPollMs);
  while (!(await tryToLock()));
}
