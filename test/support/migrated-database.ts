import type { DataSource } from 'typeorm';
import { createMigratedDatabase, type OwnDatabase } from './own-database.js';
import { untilSettled } from './until-settled.js';

/**
 * Creates a separate database with all tables for a describe. If something must be closed before its connection,
 * declare the `afterAll` that does so before this call.
 * @param arrange called before the tests
 */
export function useMigratedDatabase(arrange: (dataSource: DataSource) => Promise<unknown>): void {
  let database: OwnDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    await arrange(dataSource);
    await untilSettled(dataSource);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });
}
