// Built gateways for the pages, in this process: on the embedded database with the demo, and on a database of the
// server in TEST_DATABASE_URL, where users have to enter tokens.

import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { pino } from 'pino';
import { openDemoIssuer } from '../../dist/src/access/tokens/demo-issuer.js';
import { Gateway } from '../../dist/src/app/gateway.js';
import { parseConfig } from '../../dist/src/config/config.js';
import { createDataSource } from '../../dist/src/database/data-source.js';
import { createSearchIndex } from '../../dist/src/database/search-index.js';
import { demoSubjects } from '../../dist/src/demo/data/demo-places.js';
import { fillDemoData } from '../../dist/src/demo/data/fill-demo-data.js';
import { sampleFiles } from '../../dist/src/demo/data/sample-files.js';
import { openStorage } from '../../dist/src/files/open-storage.js';
import { onServer, urlOf } from '../support/template-database.mjs';
import { launchBrowser } from './browser.mjs';

/** Calls `tests(kind)` for both databases. */
export function describeOnEachDatabase(title, tests) {
  describe(`${title}, on the embedded database`, () => tests('embedded'));
  const isThere = Boolean(process.env.TEST_DATABASE_URL);
  describe(`${title}, on PostgreSQL`, { skip: !isThere && 'TEST_DATABASE_URL names no server' }, () =>
    tests('postgres'),
  );
}

/**
 * For a describe: starts a gateway and the `browser` of its visitors before the tests, and closes them after the tests.
 * @param {'embedded' | 'postgres' | 'empty'} kind
 * @param {Record<string, string>} environment
 */
export function useGateway(kind = 'embedded', environment = {}) {
  const gateway = {};
  before(async () => {
    gateway.browser = await launchBrowser();
    Object.assign(gateway, await startGateway(kind, environment));
  });
  after(async () => {
    await gateway.browser?.close();
    await gateway.stop?.();
  });
  return gateway;
}

/**
 * Creates a folder with the demo data. Gateways on the embedded database start with a copy of the folder in
 * DEMO_FOLDER.
 */
export async function createDemoFolder() {
  const path = await mkdtemp(join(tmpdir(), 'gateway-browser-demo-'));
  const config = parseConfig({ PORT: '0', DATA_DIR: path, DEMO_RUNS_PER_MINUTE: '0' });
  const app = await Gateway.open(config, { log: pino({ level: 'silent' }), now: Date.now });
  await app.close();
  return { path, remove: () => rm(path, { recursive: true }) };
}

/**
 * Starts a gateway with the demo data, or on a database without any.
 * @param {'embedded' | 'postgres' | 'empty'} kind
 * @param {Record<string, string>} environment variables that override those of this function
 * @param {object} dependencies additional ones of `Gateway.open`
 */
export async function startGateway(kind = 'embedded', environment = {}, dependencies = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-browser-'));
  const { DEMO_FOLDER } = process.env;
  const isEmbedded = kind === 'embedded';
  if (isEmbedded && DEMO_FOLDER) await cp(DEMO_FOLDER, dataDir, { recursive: true });
  const database = isEmbedded ? { variables: {}, drop: async () => {} } : await createDatabase(kind);
  const issuer = await openDemoIssuer(dataDir);
  const config = parseConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    DEMO_RUNS_PER_MINUTE: '0',
    ...(!isEmbedded && { AUTH_ISSUERS: JSON.stringify([issuer.config]) }),
    ...database.variables,
    ...environment,
  });
  const storage = await openStorage(config.files);
  if (kind === 'postgres') {
    for (const { storageKey, bytes } of sampleFiles) await storage.put(storageKey, bytes);
  }
  const logged = [];
  const log = pino({ level: 'debug' }, { write: (line) => logged.push(line) });
  const open = (port) => Gateway.open({ ...config, port }, { log, now: Date.now, ...dependencies });
  let app = await open(0);
  const url = await app.listen();
  return {
    kind,
    url,
    databaseUrl: database.variables.DATABASE_URL,
    /** Signs a token for a demo subject by its name there, or for any other subject. */
    tokenOf: (subject, expiresInSeconds = 3600) =>
      issuer.sign({ subject: demoSubjects[subject] ?? subject, expiresInSeconds, now: Date.now() }),
    query: (sql, values) => app.dataSource.query(sql, values),
    putFile: (storageKey, bytes) => storage.put(storageKey, bytes),
    /** Stops, and starts again at the same address after `whileDown`. */
    async restart(whileDown) {
      await app.close();
      await whileDown();
      app = await open(Number(new URL(url).port));
      await app.listen();
    },
    /** Everything that has been logged so far. */
    log: () => logged.join(''),
    async stop() {
      await app.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function createDatabase(kind) {
  const name = `gateway_browser_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const dataSource = await createDataSource({ url: urlOf(name), poolSize: 1, timeoutMs: 60_000 }).initialize();
  try {
    await dataSource.runMigrations();
    if (kind === 'postgres') await fillDemoData(dataSource);
    await createSearchIndex(dataSource);
  } finally {
    await dataSource.destroy();
  }
  return {
    variables: { DATABASE_URL: urlOf(name) },
    drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}
