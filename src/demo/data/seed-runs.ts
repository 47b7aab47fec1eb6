// Adds any number of made-up runs in bounded memory: each batch is created, written, committed and dropped.

import type { DataSource } from 'typeorm';
import { createDemoRun, createdMsAt } from './create-demo-run.js';
import { demoTasks } from './demo-catalogue.js';
import { insertCatalogue, insertRuns } from './insert-rows.js';
import type { Random } from './random.js';
import type { DemoRun } from './rows.js';

const batchSize = 1000;
/** The number of concurrent batches: while the server writes one, the next is created. */
const writers = 2;

export interface SeedOptions {
  /** A database with the current schema. */
  readonly dataSource: DataSource;
  readonly runs: number;
  /** The end of the 60 days over which the runs are spread, in milliseconds since the epoch. */
  readonly endMs: number;
  readonly random: Random;
  /** Called after every batch with the number of runs committed so far. */
  readonly onCommit: (committed: number) => void;
  /** Stops the command once the batches that are being written are committed. */
  readonly signal: AbortSignal;
}

/** Adds the demo's organizations, tasks, groups and grants if they are missing, then the runs with their files. */
export async function seedRuns({ dataSource, runs, endMs, random, onCommit, signal }: SeedOptions): Promise<void> {
  await dataSource.transaction(insertCatalogue);
  let started = 0;
  let committed = 0;
  let hasFailed = false;

  const makeBatch = (): DemoRun[] => {
    const start = started;
    started = Math.min(start + batchSize, runs);
    return Array.from({ length: started - start }, (_, index) =>
      createDemoRun(random.pick(demoTasks), createdMsAt(start + index, runs, endMs, random.integer(0, 999)), random),
    );
  };
  const writeBatches = async (): Promise<void> => {
    while (started < runs && !signal.aborted && !hasFailed) {
      const batch = makeBatch();
      await dataSource.transaction((manager) => insertRuns(manager, batch));
      committed += batch.length;
      onCommit(committed);
    }
  };

  // Waits for all writers, so that the last reported count is final.
  const endings = await Promise.allSettled(
    Array.from({ length: writers }, () =>
      writeBatches().catch((error: unknown) => {
        hasFailed = true;
        throw error;
      }),
    ),
  );
  for (const ending of endings) if (ending.status === 'rejected') throw ending.reason;
}
