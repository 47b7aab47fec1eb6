import type { DataSource } from 'typeorm';
import { deleteRunsWithFiles } from '../database/file-deletions.js';
import { inBatches, type PurgePace } from './batches.js';
import { eraseDeletedRuns } from './erase-person.js';
import { nextRuns, type PurgePlan } from './purge-plan.js';

/** Deletes the runs of a plan, and records the keys of their files. Returns the number of runs. */
export async function purgeRuns(dataSource: DataSource, plan: PurgePlan, pace: PurgePace): Promise<number> {
  let count = 0;
  for (const task of plan.tasks) {
    const runs = nextRuns(plan, task, pace.batch);
    count = await inBatches(dataSource, pace, count, async (transaction) => {
      const ids = await deleteRunsWithFiles(transaction, runs);
      if (plan.rule.kind === 'user' && ids.length > 0) await eraseDeletedRuns(transaction, ids);
      return ids.length;
    });
  }
  return count;
}
