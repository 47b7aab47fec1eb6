import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';
import { callHost } from './call-host.js';

export interface OwnDatabase {
  readonly url: string;
  connect(): Promise<DataSource>;
  drop(): Promise<void>;
}

/** Creates a database without any tables. */
export const createEmptyDatabase = () => createDatabase('empty');

/** Creates a database with all tables, but without rows. */
export const createMigratedDatabase = () => createDatabase('migrated');

/** Creates a database with the demo data. */
export const createDemoDatabase = () => createDatabase('demo');

async function createDatabase(template: 'empty' | 'migrated' | 'demo'): Promise<OwnDatabase> {
  const { url } = await callHost('createDatabase', { template });
  return {
    url,
    // One connection, because all connections to the embedded database share a session.
    connect: () => createDataSource({ url, poolSize: 1, timeoutMs: 60_000 }).initialize(),
    drop: () => callHost('dropDatabase', { url }),
  };
}
