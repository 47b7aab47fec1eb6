import { randomBytes } from 'node:crypto';
import { onServer, urlOf } from './template-database.mjs';

export type DatabaseKind = 'embedded' | 'postgres';

/** The databases every database test runs on: the embedded one, and a real server where one is named. */
export const databaseKinds: readonly DatabaseKind[] = process.env.TEST_DATABASE_URL
  ? ['embedded', 'postgres']
  : ['embedded'];

interface TestDatabase {
  /** undefined: the embedded database of the data folder. */
  readonly url: string | undefined;
  drop(): Promise<void>;
}

/** A database of the test's own, filled with the demo data. */
export async function createTestDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  if (kind === 'embedded') return { url: undefined, drop: async () => {} };
  const name = `gateway_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${process.env.TEST_TEMPLATE_DATABASE}`);
  return { url: urlOf(name), drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}
