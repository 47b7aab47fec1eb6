import type { RequestBudget } from '../../admission/request-budget.js';
import type { BoundStatement } from '../../database/statements.js';
import { declareLimit } from '../../limits.js';
import { type BatchRead, readSingle } from '../../scheduling/read-scheduler.js';
import { registerSingle, type ScheduledStatements } from '../../scheduling/register-statement.js';

/**
 * A small fraction of the memory shared by all requests. Larger pages are read run by run, once memory is available.
 */
export const maxUnsharedBytes = declareLimit(4 * 1024 * 1024, {
  section: 'Inside',
  name: 'bytes of JSON on a page that is read as one text',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'read run by run',
});

/** Statements use most of their lane's connections, leaving some for batched ones. */
export const connectionShare = 0.75;

/** Statements that each serve a single list, because their text depends on its filter. */
export class ListStatements {
  readonly #page: BatchRead<BoundStatement, readonly object[]>;
  readonly #list: BatchRead<BoundStatement, readonly object[]>;
  readonly #aggregate: BatchRead<BoundStatement, readonly object[]>;

  constructor(scheduled: ScheduledStatements) {
    const own = { connectionShare, bind: (bound: BoundStatement) => bound, toResult: (rows: object[]) => rows };
    this.#page = registerSingle(scheduled, 'single page', { ...own, lane: 'page', maxBytes: maxUnsharedBytes });
    this.#list = registerSingle(scheduled, 'list statement', { ...own, lane: 'page' });
    this.#aggregate = registerSingle(scheduled, 'aggregate', { ...own, lane: 'aggregate' });
  }

  /** Reads a page without acquiring memory for its JSON beforehand. */
  async readPage<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readSingle(this.#page, bound, budget)) as readonly Row[];
  }

  async read<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readSingle(this.#list, bound, budget)) as readonly Row[];
  }

  /** Reads every run in a list. */
  async aggregate<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readSingle(this.#aggregate, bound, budget)) as readonly Row[];
  }
}
