import type { DataSource, QueryRunner } from 'typeorm';
import { useMigratedDatabase } from './migrated-database.js';

export interface PlannedDatabase {
  /** The only connection. */
  readonly session: QueryRunner;
}

/** For a describe of plans: a separate database, with all tables and what is arranged in them. */
export function usePlannedDatabase(arrange: (dataSource: DataSource) => Promise<unknown>): PlannedDatabase {
  const planned = {} as { session: QueryRunner };
  afterAll(() => planned.session?.release());
  useMigratedDatabase(async (dataSource) => {
    await arrange(dataSource);
    planned.session = dataSource.createQueryRunner();
  });
  return planned;
}
