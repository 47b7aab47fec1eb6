/** The database for the tests: the server in TEST_DATABASE_URL, otherwise the embedded one. */
export const databaseKind = process.env.TEST_DATABASE_URL ? 'postgres' : 'embedded';

/** The part of a database that helpers need to insert rows. */
export interface Queries {
  query(sql: string, values?: unknown[]): Promise<any>;
}

/** A describe that requires a PostgreSQL server. If none is configured, it is skipped with the reason in its title. */
export function describeOnServer(title: string, tests: () => void): void {
  if (process.env.TEST_DATABASE_URL) describe(title, tests);
  else describe.skip(`${title} (skipped: TEST_DATABASE_URL names no server)`, tests);
}
