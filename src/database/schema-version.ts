import type { DataSource } from 'typeorm';
import { commandLine } from '../command-line.js';
import { replacedMigrations } from './migrations/baseline/replaced-migrations.js';

export interface SchemaComparison {
  /** The migrations of this program. */
  readonly known: readonly string[];
  /** The program's migrations that the database lacks. */
  readonly pending: readonly string[];
  /** The database's migrations that this program neither has nor replaces. */
  readonly unknown: readonly string[];
  /** Whether one of the unknown migrations is incompatible with this program. */
  readonly isNewer: boolean;
}

export async function compareSchema(dataSource: DataSource): Promise<SchemaComparison> {
  const applied = await appliedMigrations(dataSource);
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const included = [...replacedMigrations, ...known];
  const unknown = applied.filter((name) => !included.includes(name));
  return {
    known,
    pending: known.filter((name) => !applied.includes(name)),
    unknown,
    isNewer: unknown.length > 0 && !included.includes(await minimumOf(dataSource)),
  };
}

/**
 * Asserts that the database has all migrations of this program, and apart from these only compatible ones. An older
 * schema lacks columns that the statements use; in a newer one, rows may have another meaning.
 * @returns the unknown, compatible migrations
 * @throws Error that names the command to run
 */
export async function assertSchemaIsCurrent(dataSource: DataSource): Promise<readonly string[]> {
  const { pending, unknown, isNewer } = await compareSchema(dataSource);
  if (isNewer) {
    throw new Error(
      `This gateway is older than the database and does not know the ${nameMigrations(unknown)}. Run a newer gateway.`,
    );
  }
  if (pending.length > 0) {
    throw new Error(`The database lacks the ${nameMigrations(pending)}. Run ${commandLine('migrate')}.`);
  }
  return unknown;
}

/** Returns the names after a noun, such as `migration AddNote1766200000000`. */
export function nameMigrations(names: readonly string[]): string {
  return `${names.length === 1 ? 'migration' : 'migrations'} ${names.join(', ')}`;
}

/** Returns the newest migration that a program must include, or '' if none is set. */
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
