import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { LocalDatabaseConfig } from '../config/config.js';
import type { DataSourceOptions } from '../database/data-source.js';
import { isDatabase } from '../database/embedded/database-directory.js';
import { assertSchemaIsCurrent } from '../database/schema-version.js';
import { MissingResource } from './find-resource.js';

/**
 * Opens `poolSize` connections, by default one, to the configured database, or to the embedded one if no gateway has it
 * open.
 * @throws Error with a remedy if there is no database, or if its schema does not fit this program
 */
export async function withDatabase<T>(
  { dataDir, database: { url, timeoutMs } }: LocalDatabaseConfig,
  action: (dataSource: DataSource) => Promise<T>,
  { poolSize = 1 } = {},
): Promise<T> {
  const session = { poolSize, timeoutMs, isWriting: true };
  if (url !== undefined) return withConnection({ ...session, url }, action);
  const directory = join(dataDir, 'database');
  if (!(await isDatabase(directory))) {
    throw new Error(
      `DATABASE_URL is not set, and there is no embedded database in ${dataDir}: start the gateway once to create it, or set DATABASE_URL or DATA_DIR.`,
    );
  }
  const { openEmbeddedDatabase } = await import('../database/embedded/embedded-database.js');
  const embedded = await openEmbeddedDatabase({ directory, prepare: async () => {} });
  try {
    return await withConnection({ ...session, url: embedded.url }, action);
  } catch (error) {
    if (!(error instanceof MissingResource)) throw error;
    throw new MissingResource(
      `${error.message} DATABASE_URL is not set: this is the embedded database in ${directory}.`,
    );
  } finally {
    await embedded.close();
  }
}

/** Connects to a database for the duration of `action`. @throws Error if the schema does not fit this program */
export async function withConnection<T>(
  options: DataSourceOptions,
  action: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const { connect } = await import('../database/connect.js');
  const dataSource = await connect(options);
  try {
    await assertSchemaIsCurrent(dataSource);
    return await action(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
