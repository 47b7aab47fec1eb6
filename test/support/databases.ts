export type DatabaseKind = 'embedded' | 'postgres';

/** The databases every database test runs on: the embedded one, and a real server where one is named. */
export const databaseKinds: readonly DatabaseKind[] = process.env.TEST_DATABASE_URL
  ? ['embedded', 'postgres']
  : ['embedded'];

/** What prepares rows needs of a database. */
export interface Queries {
  query(sql: string, values?: unknown[]): Promise<any>;
}

/** A describe about a PostgreSQL server: skipped, saying why, where none is named. */
export function describeOnServer(title: string, tests: () => void): void {
  if (process.env.TEST_DATABASE_URL) describe(title, tests);
  else describe.skip(`${title} (skipped: TEST_DATABASE_URL names no server)`, tests);
}
