import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { deleteRunsWithFiles } from '../database/file-deletions.js';
import { eraseDeletedRuns } from './erase-person.js';
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
    const runs = nextRuns(plan, task, batch);
    for (let isLast = false; !isLast && !signal.aborted; ) {
      const deleted = await dataSource.transaction(async (transaction) => {
        const ids = await deleteRunsWithFiles(transaction, runs);
        if (plan.rule.kind === 'user' && ids.length > 0) await eraseDeletedRuns(transaction, ids);
        return ids.length;
      });
      count += deleted;
      onCommit(count);
      isLast = deleted < batch;
      if (!isLast && pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
  return count;
}
