import type { Command } from 'commander';
import { connectionVariables, inspectDatabaseConfig, storageVariables } from '../config/config.js';
import { parseInteger } from '../config/values.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, readOptions, valueOption } from './arguments/options.js';

// limit | Database and files | runs of one `npm run seed` | | the command fails
const maxRuns = 100_000_000;

export function createSeedCommand(): Command {
  const command = createCommand('seed', 'add generated demo runs to DATABASE_URL')
    .usage('--runs N')
    .addOption(valueOption('--runs <N>', `number of runs, 1 to ${maxRuns}`));
  return addServerVariableOptions(command, [...connectionVariables, ...storageVariables]).action(async () => {
    const [runs, config] = readArguments(command, readRunCount, inspectDatabaseConfig);
    const { addRuns } = await import('./seed/add-runs.js');
    await addRuns(runs, config);
  });
}

/** @throws UsageError naming everything that is wrong */
export function readRunCount(command: Command): number {
  return readOptions(command, ({ required }) => required('runs', (text) => parseInteger(text, 1, maxRuns)));
}
