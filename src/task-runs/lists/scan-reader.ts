// Finds the runs in lists whose filter no index decides, by scanning and with the search index.

import type { RequestBudget } from '../../admission/request-budget.js';
import { type BatchRead, readSingle } from '../../scheduling/read-scheduler.js';
import type { ScheduledStatements } from '../../scheduling/register-statement.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import { bindSearchState, openSearch, type Search } from '../visibility/search-terms.js';
import type { ListStatements } from './list-statements.js';
import { type Scan, type ScanAllowance, type ScannedStep, type ScanRequest, scanRuns } from './scan-runs.js';
import { bindScanStep, type ScanRow, type ScanStep } from './scan-statement.js';

export class ScanReader {
  readonly #readStep: BatchRead<ScanStep, ScannedStep>;

  constructor(
    { scheduler, statements: runner }: ScheduledStatements,
    private readonly statements: ListStatements,
  ) {
    this.#readStep = scheduler.register<ScanStep, ScannedStep>('scan', {
      lane: 'aggregate',
      maxBatchSize: 1,
      async readMany([step], signal) {
        const startedAt = performance.now();
        const { statement, values } = bindScanStep(step!);
        const [row] = await runner.run<ScanRow>(statement, values, signal);
        return [{ row: row!, elapsedMs: performance.now() - startedAt }];
      },
    });
  }

  /** @throws GatewayError VALIDATION_FAILED for a search without its index */
  openSearch(scope: RunScope, filter: RunFilter, budget: RequestBudget): Promise<Search> {
    return openSearch(scope, filter, (bound) => this.statements.read(bound, budget));
  }

  async isSearchable(budget: RequestBudget): Promise<boolean> {
    const [row] = await this.statements.read<{ isSearchable: boolean }>(bindSearchState(), budget);
    return row!.isSearchable;
  }

  scan(request: ScanRequest, allowance: ScanAllowance, budget: RequestBudget): Promise<Scan> {
    return scanRuns(request, allowance, (step) => readSingle(this.#readStep, step, budget));
  }
}
