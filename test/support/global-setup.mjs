// Makes the demo data once a test run, with the built program: as a data folder to copy, and as a template database
// where a server is named; and starts the hosts of gateways, one for each worker. Jest does not map the imports of this
// file, so it cannot use the sources.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../dist/src/app.js';
import { parseConfig } from '../../dist/src/config.js';
import { createDataSource } from '../../dist/src/database/data-source.js';
import { makeSearchIndex } from '../../dist/src/database/search-index.js';
import { fillDemoData } from '../../dist/src/demo/data/fill-demo-data.js';
import { onServer, urlOf } from './template-database.mjs';

export default async function globalSetup({ maxWorkers }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-template-'));
  const template = `gateway_template_${process.pid}`;
  process.env.TEST_TEMPLATE_DATA_DIR = dataDir;
  if (process.env.TEST_DATABASE_URL) process.env.TEST_TEMPLATE_DATABASE = template;
  const host = join(import.meta.dirname, 'gateway-host.mjs');
  globalThis.gatewayHosts = Array.from({ length: maxWorkers }, () =>
    fork(host, { execArgv: ['--max-semi-space-size=32'] }),
  );
  const ports = globalThis.gatewayHosts.map(async (each) => (await once(each, 'message'))[0]);

  const log = pino({ level: 'silent' });
  const app = await createApp(parseConfig({ PORT: '0', DATA_DIR: dataDir }), { log, now: Date.now });
  await app.close();
  process.env.TEST_GATEWAY_HOSTS = JSON.stringify(await Promise.all(ports));

  if (!process.env.TEST_DATABASE_URL) return;
  await onServer(`DROP DATABASE IF EXISTS ${template}`);
  await onServer(`CREATE DATABASE ${template}`);
  const dataSource = await createDataSource({ url: urlOf(template), poolSize: 1, timeoutMs: 60_000 }).initialize();
  try {
    await dataSource.runMigrations();
    await fillDemoData(dataSource);
    await makeSearchIndex(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
