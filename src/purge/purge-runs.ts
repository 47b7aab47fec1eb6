import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { deleteRunsWithFiles } from '../database/file-deletions.js';
import { nextRuns, type PurgePlan } from './purge-plan.js';

export interface PurgePace {
  /** Runs of a transaction. */
  readonly batch: number;
  /** Milliseconds between transactions. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  /** Called after each commit with the number of runs so far. */
  readonly onCommit: (runs: number) => void;
}

/** Deletes the runs of a plan, with the keys of their files recorded. Returns how many there were. */
export async function purgeRuns(
  dataSource: DataSource,
  plan: PurgePlan,
  { batch, pauseMs, signal, onCommit }: PurgePace,
): Promise<number> {
  let count = 0;
  for (const task of plan.tasks) {
    const { text, values } = nextRuns(plan, task, batch);
    for (let isLast = false; !isLast && !signal.aborted; ) {
      const found = await dataSource.transaction(async (transaction) => {
        // Locked, so that no writer adds a file to a run whose files are being read.
        const runs: readonly { readonly id: string }[] = await transaction.query(text, values);
        if (runs.length > 0) {
          count += await deleteRunsWithFiles(
            transaction,
            runs.map(({ id }) => id),
          );
        }
        return runs.length;
      });
      onCommit(count);
      isLast = found < batch;
      if (!isLast && pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
  return count;
}
