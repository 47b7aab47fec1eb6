import pg from 'pg';

/** Runs one command on the server that TEST_DATABASE_URL names; fails loudly when it is not there. */
export async function onServer(sql) {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL, connectionTimeoutMillis: 5000 });
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
