import { unlimitedBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { readOne } from '../batching/read-one.js';
import type { ReadScheduler } from '../batching/read-scheduler.js';
import { bindChangePoll, type ChangePoll, type PolledScope } from './change-poll-statement.js';

const timeoutMs = 5000;

/** Checks all scopes for changes once. The statement is for the whole process, so it bypasses the callers' queue. */
export function createChangePoll(
  statements: StatementRunner,
  scheduler: ReadScheduler,
): (scopes: readonly PolledScope[]) => Promise<ChangePoll> {
  const read = scheduler.register<readonly PolledScope[], ChangePoll>('change poll', {
    lane: 'bulk',
    maxBatchSize: 1,
    readMany: ([scopes], signal) => {
      const { statement, values } = bindChangePoll(scopes!);
      return statements.run(statement, values, signal);
    },
  });
  return (scopes) => readOne(read, scopes, unlimitedBudget({ callerId: 'changes', timeoutMs }));
}
