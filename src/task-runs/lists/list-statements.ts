import type { RequestBudget } from '../../admission/request-budget.js';
import type { BoundStatement } from '../../database/statements.js';
import { declareLimit } from '../../limits.js';
import { type BatchRead, readSingle } from '../../scheduling/read-scheduler.js';
import { registerSingle, type ScheduledStatements } from '../../scheduling/register-statement.js';

/** A small part of the memory for all requests. A larger page is read run by run, once there is room for it. */
export const maxUnsharedBytes = declareLimit(4 * 1024 * 1024, {
  section: 'Inside',
  name: 'bytes of JSON on a page that is read as one text',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'read run by run',
});

/** Statements use most connections of their lane, but leave some to those that are batched. */
export const connectionShare = 0.75;

/** The statements of lists that serve one list: their texts depend on its filter. */
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

  /** Reads a page whose JSON was not acquired before. */
  async readPage<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readSingle(this.#page, bound, budget)) as readonly Row[];
  }

  async read<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readSingle(this.#list, bound, budget)) as readonly Row[];
  }

  /** Reads all runs of a list. */
  async aggregate<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readSingle(this.#aggregate, bound, budget)) as readonly Row[];
  }
}
