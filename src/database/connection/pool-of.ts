import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** The driver's own pool: TypeORM's `query()` neither names statements nor leaves rows as the driver parsed them. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}
