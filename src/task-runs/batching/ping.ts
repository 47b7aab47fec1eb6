import { unlimitedBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { type ReadScheduler, readOne } from './read-scheduler.js';

// limit | Inside | time for the database to respond to a readiness check | ms | not ready
const timeoutMs = 2000;

/**
 * Returns a function that resolves when the database responds. Sends nothing if other statements have just succeeded.
 */
export function createPing(statements: StatementRunner, scheduler: ReadScheduler): () => Promise<void> {
  const read = scheduler.register<'ping', object[]>('ping', {
    lane: 'point',
    maxBatchSize: 1,
    readMany: async (_keys, signal) => [await statements.run({ name: 'ping', text: 'SELECT 1' }, [], signal)],
  });
  return async () => {
    if (scheduler.hasJustSucceeded()) return;
    await readOne(read, 'ping', unlimitedBudget({ callerId: 'readiness', timeoutMs }));
  };
}
