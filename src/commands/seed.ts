import type { Command } from 'commander';
import { connectionVariables, type DatabaseConfig, inspectDatabaseConfig, storageVariables } from '../config/config.js';
import { parseInteger } from '../config/values.js';
import { declareLimit } from '../limits.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, readOptions, valueOption } from './arguments/options.js';
import { batchTimeoutMs, createRunProgress, stopSignal } from './long-running.js';
import { withConnection } from './with-database.js';

const maxRuns = declareLimit(100_000_000, {
  section: 'Database and files',
  name: 'runs of one `npm run seed`',
  beyond: 'the command fails',
});

export function createSeedCommand(): Command {
  const command = createCommand('seed', 'add generated demo runs to DATABASE_URL')
    .usage('--runs N')
    .addOption(valueOption('--runs <N>', `number of runs, 1 to ${maxRuns}`));
  return addServerVariableOptions(command, [...connectionVariables, ...storageVariables]).action(async () => {
    const [runs, config] = readArguments(command, readRunCount, inspectDatabaseConfig);
    await addRuns(runs, config);
  });
}

/** @throws UsageError that lists all faults */
export function readRunCount(command: Command): number {
  return readOptions(command, (options) => options.required('runs', (text) => parseInteger(text, 1, maxRuns)));
}

/**
 * Adds runs, and prints progress to standard output. A signal ends the command early, with the exit code for that
 * signal.
 */
async function addRuns(runs: number, { database, files }: DatabaseConfig): Promise<void> {
  const [{ createRandom, systemSource }, { sampleFiles }, { seedRuns }, { openStorage }] = await Promise.all([
    import('../demo/data/random.js'),
    import('../demo/data/sample-files.js'),
    import('../demo/data/seed-runs.js'),
    import('../files/open-storage.js'),
  ]);
  await withConnection({ ...database, timeoutMs: batchTimeoutMs, isWriting: true }, async (dataSource) => {
    const storage = await openStorage(files);
    for (const { storageKey, bytes } of sampleFiles) await storage.put(storageKey, bytes);

    const progress = createRunProgress(process.stdout, runs, Date.now);
    let committed = 0;
    const onCommit = (count: number) => {
      committed = count;
      progress.show(count);
    };
    const random = createRandom(systemSource());
    try {
      await seedRuns({ dataSource, runs, endMs: Date.now(), random, onCommit, signal: stopSignal() });
    } finally {
      progress.finish(committed);
    }
  });
}
