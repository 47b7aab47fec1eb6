import type { DataSource } from 'typeorm';

export interface SchemaComparison {
  /** Migrations that this program knows. */
  readonly known: readonly string[];
  /** Those of them that the database lacks. */
  readonly pending: readonly string[];
  /** Migrations of the database that this program does not know. */
  readonly unknown: readonly string[];
}

export async function compareSchema(dataSource: DataSource): Promise<SchemaComparison> {
  const applied = await appliedMigrations(dataSource);
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  return {
    known,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * That the database has exactly the migrations this program knows. An older schema lacks what its statements name, and
 * of a newer one it does not know what its rows mean.
 * @throws Error saying what to run.
 */
export async function assertSchemaIsCurrent(dataSource: DataSource): Promise<void> {
  const { pending, unknown } = await compareSchema(dataSource);
  if (unknown.length > 0) {
    throw new Error(
      `This gateway is older than the database: it does not know the migration ${unknown.join(', ')}. Run a newer gateway.`,
    );
  }
  if (pending.length > 0) {
    throw new Error(`The database lacks the migration ${pending.join(', ')}: run npm run migrate.`);
  }
}

async function appliedMigrations(dataSource: DataSource): Promise<string[]> {
  const table = dataSource.options.migrationsTableName ?? 'migrations';
  const [found] = await dataSource.query('SELECT to_regclass($1) IS NOT NULL AS exists', [`"${table}"`]);
  if (!found.exists) return [];
  const rows: { readonly name: string }[] = await dataSource.query(`SELECT name FROM "${table}" ORDER BY id`);
  return rows.map(({ name }) => name);
}
