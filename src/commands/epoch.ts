import type { Command } from 'commander';
import { databaseVariables, inspectDatabaseConfig } from '../config/config.js';
import type { EpochWork } from '../database/change-epoch.js';
import { formatCount } from '../format-count.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, rejectUnexpectedArguments } from './arguments/options.js';

export function createEpochCommand(): Command {
  const description = 'expire all cursors of changes after DATABASE_URL was restored or lost transactions';
  const command = createCommand('epoch', description);
  return addServerVariableOptions(command, databaseVariables).action(async () => {
    const [, { database }] = readArguments(command, rejectUnexpectedArguments, inspectDatabaseConfig);
    const { beginEpoch, estimateEpoch } = await import('../database/change-epoch.js');
    const { connect } = await import('../database/connect.js');
    const { migrationDataSourceOptions } = await import('../database/migrate-schema.js');
    const dataSource = await connect({ ...migrationDataSourceOptions(database.url), migrates: false });
    try {
      process.stdout.write(`${describeWork(await estimateEpoch(dataSource))}\n`);
      process.stdout.write(`${describeEpoch(await beginEpoch(dataSource))}\n`);
    } finally {
      await dataSource.destroy();
    }
  });
}

/** Milliseconds for rewriting a run, measured with ten million runs on an idle server. */
const msPerRun = { plain: 0.1, withSearch: 0.6 };

/** Describes what a new epoch does, and how long it may take. */
export function describeWork({ runs, isExact, hasSearch }: EpochWork): string {
  const minutes = Math.round((runs * (hasSearch ? msPerRun.withSearch : msPerRun.plain)) / 60_000);
  const [count, unit] = minutes < 120 ? [minutes, 'minute'] : [Math.round(minutes / 60), 'hour'];
  const time = minutes === 0 ? 'less than a minute' : `about ${count} ${unit}${count === 1 ? '' : 's'}`;
  const what = `${isExact ? '' : 'about '}${formatCount(runs)} run${runs === 1 ? '' : 's'}`;
  return `Rewriting ${what} in one transaction, which takes ${time} on an idle server. Changes wait until it ends.`;
}

export function describeEpoch(runsBefore: number): string {
  const runs = runsBefore === 1 ? '1 run was' : `${formatCount(runsBefore)} runs were`;
  return `A new epoch has begun. ${runs} in the previous epoch.`;
}
