// Creates the templates of databases and data folders once per test run, with the built program, and starts the gateway
// hosts, one per worker. Jest does not map this file's imports, so it cannot use the sources.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDemoIssuer } from '../../dist/src/access/tokens/demo-issuer.js';
import { parseConfig } from '../../dist/src/config/config.js';
import { createDataSource } from '../../dist/src/database/data-source.js';
import { openEmbeddedDatabase } from '../../dist/src/database/embedded/embedded-database.js';
import { createSearchIndex } from '../../dist/src/database/search-index.js';
import { fillDemoData } from '../../dist/src/demo/data/fill-demo-data.js';
import { sampleFiles } from '../../dist/src/demo/data/sample-files.js';
import { openStorage } from '../../dist/src/files/open-storage.js';
import { copyDataDir, onServer, urlOf } from './template-database.mjs';

export default async function globalSetup({ maxWorkers }) {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-templates-'));
  process.env.TEST_TEMPLATE_FOLDER = folder;
  process.env.TEST_TEMPLATE_DATABASES = `gateway_template_${process.pid}`;
  const host = join(import.meta.dirname, 'gateway-host.mjs');
  globalThis.gatewayHosts = Array.from({ length: maxWorkers }, () =>
    fork(host, { execArgv: ['--max-semi-space-size=32'] }),
  );
  const ports = globalThis.gatewayHosts.map(async (host) => (await once(host, 'message'))[0]);
  await Promise.all([
    process.env.TEST_DATABASE_URL && makeDatabases(process.env.TEST_TEMPLATE_DATABASES),
    makeDataDirs(folder),
  ]);
  process.env.TEST_GATEWAY_HOSTS = JSON.stringify(await Promise.all(ports));
}

async function makeDatabases(name) {
  const [migrated, demo] = [`${name}_migrated`, `${name}_demo`];
  for (const each of [migrated, demo]) await onServer(`DROP DATABASE IF EXISTS ${each}`);
  await onServer(`CREATE DATABASE ${migrated}`);
  await inDatabase(urlOf(migrated), migrate);
  await onServer(`CREATE DATABASE ${demo} TEMPLATE ${migrated}`);
  await inDatabase(urlOf(demo), fill);
}

async function makeDataDirs(folder) {
  const demo = join(folder, 'demo');
  const storage = await openStorage(parseConfig({ DATA_DIR: demo }).files);
  for (const { storageKey, bytes } of sampleFiles) await storage.put(storageKey, bytes);
  await openDemoIssuer(demo);
  const [migrated, filled] = [join(folder, 'migrated-embedded'), join(folder, 'demo-embedded')];
  await inEmbedded(migrated, migrate);
  // PostgreSQL's own templates, which are not copied here, make up two thirds of all files.
  for (const id of [1, 4]) await rm(join(migrated, 'database/base', `${id}`), { recursive: true });
  await copyDataDir('demo', filled);
  await copyDataDir('migrated-embedded', filled);
  await inEmbedded(filled, fill);
}

const migrate = (dataSource) => dataSource.runMigrations();

async function fill(dataSource) {
  await fillDemoData(dataSource);
  await createSearchIndex(dataSource);
}

async function inEmbedded(dataDir, act) {
  const database = await openEmbeddedDatabase({ directory: join(dataDir, 'database'), prepare: async () => {} });
  await inDatabase(database.url, act);
  await database.close();
}

async function inDatabase(url, act) {
  const dataSource = await createDataSource({ url, poolSize: 1, timeoutMs: 600_000 }).initialize();
  try {
    await act(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
