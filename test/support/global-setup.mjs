// Makes the demo data once a test run, with the built program: as a data folder to copy, and as a template database
// where a server is named. Jest does not map the imports of this file, so it cannot use the sources.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../dist/src/app.js';
import { parseConfig } from '../../dist/src/config.js';
import { createDataSource } from '../../dist/src/database/data-source.js';
import { fillDemoData } from '../../dist/src/demo/data/fill-demo-data.js';
import { onServer, urlOf } from './template-database.mjs';

export default async function globalSetup() {
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-template-'));
  process.env.TEST_TEMPLATE_DATA_DIR = dataDir;
  const log = pino({ level: 'silent' });
  const app = await createApp(parseConfig({ PORT: '0', DATA_DIR: dataDir }), { log, now: Date.now });
  await app.close();

  if (!process.env.TEST_DATABASE_URL) return;
  const template = `gateway_template_${process.pid}`;
  process.env.TEST_TEMPLATE_DATABASE = template;
  await onServer(`DROP DATABASE IF EXISTS ${template}`);
  await onServer(`CREATE DATABASE ${template}`);
  const dataSource = await createDataSource({ url: urlOf(template), poolSize: 1, timeoutMs: 60_000 }).initialize();
  try {
    await dataSource.runMigrations();
    await fillDemoData(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
