import type { Command } from 'commander';
import { databaseConfigFromEnvironment } from '../config.js';
import { createCommand, readOptions } from './options.js';

export function createMigrateCommand(): Command {
  return createCommand('migrate', 'bring the schema of DATABASE_URL up to date').action(async (_options, command) => {
    readOptions(command, () => {});
    const { database } = databaseConfigFromEnvironment();
    const { migrateSchema } = await import('../database/migrate-schema.js');
    await migrateSchema(database.url, (line) => process.stdout.write(`${line}\n`));
  });
}
