// Makes the demo data once a test run: as a data folder to copy, and as a template database where a server is named.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../src/app.js';
import { parseConfig } from '../../src/config.js';
import { createDataSource } from '../../src/database/data-source.js';
import { fillDemoData } from '../../src/database/demo/fill-demo-data.js';
import { onServer, urlOf } from './databases.js';

export default async function globalSetup(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-template-'));
  process.env.TEST_TEMPLATE_DATA_DIR = dataDir;
  const app = await createApp(parseConfig({ PORT: '0', DATA_DIR: dataDir }), {
    log: pino({ level: 'silent' }),
    now: Date.now,
  });
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
