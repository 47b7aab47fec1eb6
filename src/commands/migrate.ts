// Brings the schema of DATABASE_URL up to date.

import { databaseConfigFromEnvironment } from '../config.js';
import { migrateSchema } from '../database/migrate-schema.js';
import { explain } from '../errors/explain.js';

try {
  const { database } = databaseConfigFromEnvironment();
  await migrateSchema(database.url, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
