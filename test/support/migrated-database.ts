import type { DataSource } from 'typeorm';
import type { DatabaseKind } from './databases.js';
import { createEmptyDatabase, type EmptyDatabase } from './empty-database.js';
import { untilSettled } from './until-settled.js';

/**
 * For a describe: a database of its own with all tables. What has to end before its connection does belongs into an
 * `afterAll` before the call.
 * @param arrange before the tests
 */
export function useMigratedDatabase(kind: DatabaseKind, arrange: (dataSource: DataSource) => Promise<unknown>): void {
  let database: EmptyDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createEmptyDatabase(kind);
    dataSource = await database.connect();
    await dataSource.runMigrations();
    await arrange(dataSource);
    await untilSettled(dataSource);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });
}
