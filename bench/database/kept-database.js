// Databases that are filled once and kept for later benchmarks. They are recognized by their comments.

import pg from 'pg';

/**
 * @param {{ serverUrl: string, name: string, marker: string }} database the marker changes with what it is filled with
 * @param {{ fill: (url: string) => Promise<unknown>, update: (url: string) => Promise<unknown> }} actions for a new
 *   database, and for one that is there
 * @returns {Promise<string>} its URL
 */
export async function keepDatabase({ serverUrl, name, marker }, { fill, update }) {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const server = await connect(serverUrl);
  const { rows } = await server.query(
    "SELECT shobj_description(oid, 'pg_database') AS marker FROM pg_database WHERE datname = $1",
    [name],
  );
  if (rows[0]?.marker === marker) {
    await update(url.href);
  } else {
    await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    await fill(url.href);
    await server.query(`COMMENT ON DATABASE ${name} IS '${marker}'`);
  }
  await server.end();
  return url.href;
}

export async function connect(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/**
 * Writes the visibility map and updates statistics, so that timed code does not have to do work left over from the
 * fill.
 */
export async function vacuum(url) {
  const client = await connect(url);
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  await client.end();
}
