import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../../config.js';
import { connect } from '../../database/connect.js';
import { assertSchemaIsCurrent } from '../../database/schema-version.js';

/** @throws Error saying what to run when the schema is not the one this program knows */
export async function withDatabase<T>(
  { database }: DatabaseConfig,
  action: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await connect({ ...database, poolSize: 1, isWriting: true });
  try {
    await assertSchemaIsCurrent(dataSource);
    return await action(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
