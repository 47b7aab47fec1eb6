// Counts the runs in lists and sums up their contexts.

import type { RequestBudget } from '../../admission/request-budget.js';
import type { BoundStatement } from '../../database/statements.js';
import { readByBatchKey } from '../visibility/requested-scopes.js';
import type { RunScope } from '../visibility/run-scope.js';
import { bindContexts, type RunContextRow } from './context-statement.js';
import { batchKeyOfCount, bindCount, bindCounts, type CountKey, withTerms } from './count-statement.js';
import { createCursorCodec } from './cursor.js';
import type { ListStatements } from './list-statements.js';
import type { PageRequest } from './page-request.js';
import type { ScanReader } from './scan-reader.js';
import type { ScanAllowance } from './scan-runs.js';

export interface ContextsKey {
  readonly scope: RunScope;
  readonly contextIds: readonly string[];
}

export interface BoundedCountKey extends CountKey {
  readonly max: number;
}

export interface BoundedCount {
  readonly count: number;
  /** Whether all runs were counted. */
  readonly isExact: boolean;
}

export class CountReader {
  constructor(
    private readonly statements: ListStatements,
    private readonly scans: ScanReader,
  ) {}

  async countRuns(key: CountKey, budget: RequestBudget): Promise<number> {
    const [count] = await this.#readCounts(bindCount(await withTerms(key)), budget);
    return count!;
  }

  /** Counts the runs for every object in a list. Keys that differ only in scope share a statement. Never rejects. */
  countAll(keys: readonly CountKey[], budget: RequestBudget): Promise<readonly (number | Error)[]> {
    return readByBatchKey(
      keys,
      batchKeyOfCount,
      (key) => this.countRuns(key, budget),
      (batch) => this.#readCounts(bindCounts(batch), budget),
    );
  }

  async countUpTo(
    { max, ...key }: BoundedCountKey,
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<BoundedCount> {
    const scan = { ...key, page: wholeList, size: max, maxFound: max + 1, returnsRuns: false };
    const { found, end } = await this.scans.scan(scan, allowance, budget);
    return toBoundedCount(found, max, end === null);
  }

  /** Like {@link countAll}, except that lists whose filter requires a scan are counted separately. */
  countAllUpTo(
    keys: readonly BoundedCountKey[],
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<readonly (BoundedCount | Error)[]> {
    return readByBatchKey(
      keys,
      (key) => batchKeyOfCount(key) && `${key.max} ${batchKeyOfCount(key)}`,
      (key) => this.countUpTo(key, allowance, budget),
      async (batch) => {
        const { max } = batch[0]!;
        const counts = await this.#readCounts(bindCounts(batch, max), budget);
        return counts.map((count) => toBoundedCount(count, max, true));
      },
    );
  }

  readContexts({ scope, contextIds }: ContextsKey, budget: RequestBudget): Promise<readonly RunContextRow[]> {
    return this.statements.aggregate(bindContexts(scope, contextIds), budget);
  }

  async #readCounts(bound: BoundStatement, budget: RequestBudget): Promise<number[]> {
    return (await this.statements.aggregate<{ count: number }>(bound, budget)).map(({ count }) => count);
  }
}

function toBoundedCount(found: number, max: number, isWhole: boolean): BoundedCount {
  return { count: Math.min(found, max), isExact: found <= max && isWhole };
}

/** The page request that covers everything a count includes. */
const wholeList: PageRequest = {
  size: 0,
  isBackward: false,
  order: 'CREATED_DESC',
  after: null,
  before: null,
  cursors: createCursorCodec(null),
};
