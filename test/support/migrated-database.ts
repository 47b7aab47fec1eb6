import type { DataSource } from 'typeorm';
import { createMigratedDatabase, type OwnDatabase } from './own-database.js';
import { untilSettled } from './until-settled.js';

/**
 * For a describe: a separate database with all tables. What has to end before its connection does belongs into an
 * `afterAll` before the call.
 * @param arrange before the tests
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
