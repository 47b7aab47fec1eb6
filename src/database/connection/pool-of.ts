import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Returns the driver's pool. TypeORM's `query()` cannot name statements, and converts the driver's rows. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}
