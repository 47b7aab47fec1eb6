import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { type BatchRead, type ReadScheduler, readSingle } from '../../scheduling/read-scheduler.js';
import { registerSingle } from '../../scheduling/register-statement.js';
import { remedyFor } from '../statistics/statistics-reader.js';
import { type AffectedRuns, type AffectedRunsKey, bindAffectedRuns } from './affected-runs-statement.js';

/** Reads what reports need besides statistics, for all requests. */
export class ReportReader {
  readonly #readAffectedRuns: BatchRead<AffectedRunsKey, readonly AffectedRuns[]>;

  constructor(statements: StatementRunner, scheduler: ReadScheduler) {
    this.#readAffectedRuns = registerSingle({ statements, scheduler }, 'affected runs', {
      lane: 'aggregate',
      bind: bindAffectedRuns,
      toResult: (rows: AffectedRuns[]) => rows,
    });
  }

  readAffectedRuns(key: AffectedRunsKey, budget: RequestBudget): Promise<readonly AffectedRuns[]> {
    return readSingle(this.#readAffectedRuns, key, budget).catch(remedyFor);
  }
}
