import type { Command } from 'commander';
import { databaseConfigFromEnvironment } from '../config.js';
import { parseWhole } from '../config-values.js';
import { createCommand, readOptions, valueOption } from './options.js';

const maxRuns = 100_000_000;

export function createSeedCommand(): Command {
  return createCommand('seed', 'add invented runs to DATABASE_URL')
    .usage('--runs N')
    .addOption(valueOption('--runs <N>', `how many, 1 to ${maxRuns}`))
    .action(async (_options, command) => {
      const runs = readRunCount(command);
      const config = databaseConfigFromEnvironment();
      const { addRuns } = await import('./seed/add-runs.js');
      await addRuns(runs, config);
    });
}

/** @throws UsageError naming everything that is wrong */
export function readRunCount(command: Command): number {
  return readOptions(command, ({ required }) => required('runs', (text) => parseWhole(text, 1, maxRuns)));
}
