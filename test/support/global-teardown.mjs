import { rm } from 'node:fs/promises';
import { onServer } from './template-database.mjs';

export default async function globalTeardown() {
  await rm(process.env.TEST_TEMPLATE_DATA_DIR, { recursive: true, force: true });
  if (process.env.TEST_TEMPLATE_DATABASE) {
    await onServer(`DROP DATABASE IF EXISTS ${process.env.TEST_TEMPLATE_DATABASE} WITH (FORCE)`);
  }
}
