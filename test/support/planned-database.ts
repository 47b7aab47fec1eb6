import type { DataSource, QueryRunner } from 'typeorm';
import { useMigratedDatabase } from './migrated-database.js';

export interface PlannedDatabase {
  /** The only connection. */
  readonly session: QueryRunner;
}

/** Creates a separate database for a describe about plans, with all tables and the given rows. */
export function usePlannedDatabase(arrange: (dataSource: DataSource) => Promise<unknown>): PlannedDatabase {
  const planned = {} as { session: QueryRunner };
  afterAll(() => planned.session?.release());
  useMigratedDatabase(async (dataSource) => {
    await arrange(dataSource);
    planned.session = dataSource.createQueryRunner();
  });
  return planned;
}
