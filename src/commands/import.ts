import { resolve } from 'node:path';
import type { Command } from 'commander';
import { databaseConfigFromEnvironment } from '../config.js';
import { createCommand, readOptions, valueOption } from './options.js';

export interface ImportRequest {
  /** Absolute. */
  readonly folder: string;
  /** Absolute; undefined: failed lines are not kept. */
  readonly rejectFile: string | undefined;
}

export function createImportCommand(): Command {
  return createCommand('import', 'add the runs of an export to DATABASE_URL, and replace those that differ')
    .usage('--from FOLDER [--reject FILE]')
    .addOption(valueOption('--from <FOLDER>', 'a folder that export has written as jsonl'))
    .addOption(valueOption('--reject <FILE>', 'where lines go that cannot be imported; must not exist'))
    .action(async (_options, command) => {
      const request = readImportRequest(command);
      const config = databaseConfigFromEnvironment();
      const { importFolder } = await import('./import/import-folder.js');
      await importFolder(request, config);
    });
}

/** @throws UsageError naming every option that is wrong */
export function readImportRequest(command: Command): ImportRequest {
  return readOptions(command, ({ required, optional }) => ({
    folder: required('from', parsePath),
    rejectFile: optional('reject', parsePath),
  }));
}

function parsePath(text: string): string {
  if (text === '') throw new Error('is empty.');
  return resolve(text);
}
