import type { Command } from 'commander';
import { databaseVariables, inspectDatabaseConfig } from '../config/config.js';
import { formatCount } from '../format-count.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, rejectUnexpectedArguments } from './arguments/options.js';

export function createEpochCommand(): Command {
  const description = 'expire all cursors of changes, after DATABASE_URL was restored or has lost transactions';
  const command = createCommand('epoch', description);
  return addServerVariableOptions(command, databaseVariables).action(async () => {
    const [, { database }] = readArguments(command, rejectUnexpectedArguments, inspectDatabaseConfig);
    const { beginEpoch } = await import('../database/change-epoch.js');
    const { connect } = await import('../database/connect.js');
    const { migrationDataSourceOptions } = await import('../database/migrate-schema.js');
    const dataSource = await connect({ ...migrationDataSourceOptions(database.url), migrates: false });
    const count = await beginEpoch(dataSource).finally(() => dataSource.destroy());
    process.stdout.write(`${describeEpoch(count)}\n`);
  });
}

export function describeEpoch(runsBefore: number): string {
  const runs = runsBefore === 1 ? '1 run was' : `${formatCount(runsBefore)} runs were`;
  return `A new epoch has begun. ${runs} of the one before.`;
}
