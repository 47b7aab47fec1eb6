import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';
import { openEmbeddedDatabase } from '../../src/database/embedded/embedded-database.js';
import type { DatabaseKind } from './databases.js';
import { onServer, urlOf } from './template-database.mjs';

export interface EmptyDatabase {
  readonly url: string;
  connect(): Promise<DataSource>;
  drop(): Promise<void>;
}

/** A database without a single table. */
export async function createEmptyDatabase(kind: DatabaseKind): Promise<EmptyDatabase> {
  const { url, drop } = await (kind === 'embedded' ? emptyEmbedded() : emptyOnServer());
  // One connection, because all connections to the embedded database share a session.
  return { url, drop, connect: () => createDataSource({ url, poolSize: 1, timeoutMs: 60_000 }).initialize() };
}

/** A copy of the demo's without its tables: faster than a new one. */
async function emptyEmbedded() {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-empty-'));
  const directory = join(folder, 'database');
  await cp(join(process.env.TEST_TEMPLATE_DATA_DIR!, 'database'), directory, { recursive: true });
  const database = await openEmbeddedDatabase({ directory, prepare: async () => {} });
  const dataSource = await createDataSource({ url: database.url, poolSize: 1, timeoutMs: 60_000 }).initialize();
  await dataSource.dropDatabase();
  await dataSource.destroy();
  return {
    url: database.url,
    async drop() {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function emptyOnServer() {
  const name = `gateway_empty_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  return { url: urlOf(name), drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}
