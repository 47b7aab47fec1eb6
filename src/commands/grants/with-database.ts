import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../../config.js';
import { createDataSource } from '../../database/data-source.js';
import { assertSchemaIsCurrent } from '../../database/schema-version.js';

/** @throws Error saying what to run when the schema is not the one this program knows */
export async function withDatabase<T>(
  { database }: DatabaseConfig,
  action: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await createDataSource({ ...database, poolSize: 1 }).initialize();
  try {
    await assertSchemaIsCurrent(dataSource);
    return await action(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
