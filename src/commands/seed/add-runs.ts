import type { DatabaseConfig } from '../../config/config.js';
import { createRandom, systemSource } from '../../demo/data/random.js';
import { sampleFiles } from '../../demo/data/sample-files.js';
import { seedRuns } from '../../demo/data/seed-runs.js';
import { openStorage } from '../../files/open-storage.js';
import { batchTimeoutMs, createRunProgress, stopSignal } from '../long-running.js';
import { withConnection } from '../with-database.js';

/** Adds runs, with progress on standard output. A signal ends it early, with the exit code for that signal. */
export async function addRuns(runs: number, { database, files }: DatabaseConfig): Promise<void> {
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
