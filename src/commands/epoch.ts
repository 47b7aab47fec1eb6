import type { Command } from 'commander';
import { databaseConfigFromEnvironment } from '../config.js';
import { createCommand, readOptions } from './options.js';

export function createEpochCommand(): Command {
  return createCommand(
    'epoch',
    'expire all cursors of changes: after DATABASE_URL was restored, or lost transactions',
  ).action(async (_options, command) => {
    readOptions(command, () => {});
    const { database } = databaseConfigFromEnvironment();
    const { beginEpoch } = await import('../database/change-epoch.js');
    const { connect } = await import('../database/connect.js');
    const { migrationDataSourceOptions } = await import('../database/migrate-schema.js');
    const dataSource = await connect(migrationDataSourceOptions(database.url));
    const count = await beginEpoch(dataSource).finally(() => dataSource.destroy());
    process.stdout.write(`A new epoch has begun. ${count.toLocaleString('en')} runs were of the one before.\n`);
  });
}
