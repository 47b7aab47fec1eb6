// Databases and data folders are copied from templates, which global-setup.mjs creates once per test run.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

/** Runs one command on the server of TEST_DATABASE_URL. Fails with a clear error if it cannot be reached. */
export async function onServer(sql) {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL, connectionTimeoutMillis: 60_000 });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Returns the URL of another database on the server of TEST_DATABASE_URL. */
export function urlOf(database) {
  const url = new URL(process.env.TEST_DATABASE_URL);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Creates a database of the test's own on the server.
 * @param {string} template with the demo data, `migrated` with empty tables, `empty` without tables; or another database
 */
export async function createTestDatabase(template = 'demo') {
  const name = `gateway_test_${randomBytes(6).toString('hex')}`;
  const ours = {
    demo: `${process.env.TEST_TEMPLATE_DATABASES}_demo`,
    migrated: `${process.env.TEST_TEMPLATE_DATABASES}_migrated`,
    empty: 'template1',
  };
  const from = ours[template] ?? template;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${from}`);
  return { url: urlOf(name), drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/**
 * Copies a data folder: with the demo's files and key, with an embedded database besides, or with only empty tables.
 * Node.js itself takes several times as long to copy so many files.
 * @param {'demo' | 'demo-embedded' | 'migrated-embedded'} template
 */
export async function copyDataDir(template, dataDir) {
  await mkdir(dataDir, { recursive: true });
  await promisify(execFile)('cp', ['-R', `${join(process.env.TEST_TEMPLATE_FOLDER, template)}/.`, dataDir]);
}
