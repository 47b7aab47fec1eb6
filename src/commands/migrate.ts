import type { Command } from 'commander';
import { databaseVariables, inspectDatabaseConfig } from '../config/config.js';
import type { SearchSwitch } from '../database/migrate-schema.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, readOptions, valueOption } from './arguments/options.js';

export function createMigrateCommand(): Command {
  const command = createCommand('migrate', 'bring the schema of DATABASE_URL up to date')
    .usage('[--search on|off]')
    .addOption(valueOption('--search <on|off>', 'create or drop the search index'));
  return addServerVariableOptions(command, databaseVariables).action(async () => {
    const [search, { database }] = readArguments(command, readSearchSwitch, inspectDatabaseConfig);
    const { migrateSchema } = await import('../database/migrate-schema.js');
    const listener = {
      report: (line: string) => process.stdout.write(`${line}\n`),
      warn: (line: string) => process.stderr.write(`${line}\n`),
    };
    await migrateSchema(database.url, listener, search);
  });
}

/** @throws UsageError */
export function readSearchSwitch(command: Command): SearchSwitch | undefined {
  return readOptions(command, (options) =>
    options.optional('search', (text) => {
      if (text !== 'on' && text !== 'off') throw new Error('must be on or off.');
      return text;
    }),
  );
}
