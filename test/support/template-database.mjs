import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Runs one command on the server that TEST_DATABASE_URL names; fails loudly when it is not there. */
export async function onServer(sql) {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL, connectionTimeoutMillis: 60_000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The URL of a database beside the one TEST_DATABASE_URL names. */
export function urlOf(database) {
  const url = new URL(process.env.TEST_DATABASE_URL);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * A database of the test's own, filled with the demo data. Without a URL: the embedded database of the data folder.
 * @param {'embedded' | 'postgres'} kind
 * @returns {Promise<{ readonly url: string | undefined, drop(): Promise<void> }>}
 */
export async function createTestDatabase(kind) {
  if (kind === 'embedded') return { url: undefined, drop: async () => {} };
  const name = `gateway_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${process.env.TEST_TEMPLATE_DATABASE}`);
  return { url: urlOf(name), drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}
