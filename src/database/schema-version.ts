import type { DataSource } from 'typeorm';
import { commandLine } from '../command-line.js';

export interface SchemaComparison {
  /** Migrations that this program knows. */
  readonly known: readonly string[];
  /** Those of them that the database lacks. */
  readonly pending: readonly string[];
  /** Migrations of the database that this program does not know. */
  readonly unknown: readonly string[];
  /** Whether one of those has changed what this program reads. */
  readonly isNewer: boolean;
}

export async function compareSchema(dataSource: DataSource): Promise<SchemaComparison> {
  const applied = await appliedMigrations(dataSource);
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const unknown = applied.filter((name) => !known.includes(name));
  return {
    known,
    pending: known.filter((name) => !applied.includes(name)),
    unknown,
    isNewer: unknown.length > 0 && !known.includes(await minimumOf(dataSource)),
  };
}

/**
 * That the database has the migrations this program knows, and no others but such that add to them. An older schema lacks
 * what its statements name, and of one that a newer program has changed it does not know what its rows mean.
 * @returns the migrations that it does not know
 * @throws Error saying what to run.
 */
export async function assertSchemaIsCurrent(dataSource: DataSource): Promise<readonly string[]> {
  const { pending, unknown, isNewer } = await compareSchema(dataSource);
  if (isNewer) {
    throw new Error(
      `This gateway is older than the database: it does not know the ${nameMigrations(unknown)}. Run a newer gateway.`,
    );
  }
  if (pending.length > 0) {
    throw new Error(`The database lacks the ${nameMigrations(pending)}: run ${commandLine('migrate')}.`);
  }
  return unknown;
}

function nameMigrations(names: readonly string[]): string {
  return `${names.length === 1 ? 'migration' : 'migrations'} ${names.join(', ')}`;
}

/** The newest migration that a program has to know; '' where none is named. */
async function minimumOf(dataSource: DataSource): Promise<string> {
  const rows: { readonly migration: string }[] = await dataSource.query('SELECT migration FROM schema_minimum');
  return rows[0]?.migration ?? '';
}

async function appliedMigrations(dataSource: DataSource): Promise<string[]> {
  const table = dataSource.options.migrationsTableName ?? 'migrations';
  const [found] = await dataSource.query('SELECT to_regclass($1) IS NOT NULL AS exists', [`"${table}"`]);
  if (!found.exists) return [];
  const rows: { readonly name: string }[] = await dataSource.query(`SELECT name FROM "${table}" ORDER BY id`);
  return rows.map(({ name }) => name);
}
