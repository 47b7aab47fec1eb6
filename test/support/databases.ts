/** The database that tests run on: the server that TEST_DATABASE_URL names, or else the embedded one. */
export const databaseKind = process.env.TEST_DATABASE_URL ? 'postgres' : 'embedded';

/** The part of a database that helpers need to prepare rows. */
export interface Queries {
  query(sql: string, values?: unknown[]): Promise<any>;
}

/** A describe about a PostgreSQL server, skipped with the reason in its title where none is named. */
export function describeOnServer(title: string, tests: () => void): void {
  if (process.env.TEST_DATABASE_URL) describe(title, tests);
  else describe.skip(`${title} (skipped: TEST_DATABASE_URL names no server)`, tests);
}
