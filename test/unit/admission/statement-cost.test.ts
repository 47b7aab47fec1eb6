import { RequestCost } from '../../../src/admission/request-cost.js';
import type { StatementSignal } from '../../../src/database/connection/statement-runner.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { ReadScheduler } from '../../../src/scheduling/read-scheduler.js';
import { createBudget } from '../../support/callers.js';
import { useFakeTime } from '../../support/fake-time.js';

const pass = useFakeTime();
const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Creates a request that counts only database points. */
function requestOf(callerId: string) {
  const totals = { estimated: 0, database: 0, processor: 0 };
  return { totals, budget: createBudget({ callerId, cost: new RequestCost({ totals }) }) };
}

/** Creates reads of one kind on one connection: a running statement, and reads that share the next one. */
function createRead(readMany: (keys: readonly string[], signal: StatementSignal) => Promise<readonly string[]>) {
  const scheduler = new ReadScheduler({ connections: () => 1, timeoutMs: 60_000 });
  return scheduler.register<string, string>('test', { lane: 'point', maxBatchSize: 10, readMany });
}

describe('the cost of a statement', () => {
  it('equals the time of the database, divided by keys among its requests', async () => {
    const read = createRead(async (keys, signal) => {
      signal.onDatabaseTime!(keys.length === 1 ? 1 : 4);
      signal.onDatabaseTime!(keys.length === 1 ? 1 : 4);
      return keys;
    });
    const [one, other] = [requestOf('one'), requestOf('other')];
    await Promise.all([read(['first'], one.budget), read(['a', 'b', 'c'], one.budget), read(['d'], other.budget)]);
    expect(one.totals.database).toBeCloseTo(20 + 60);
    expect(other.totals.database).toBeCloseTo(20);
  });

  it('equals its duration when it was cut off before it reported its work, even if no request waits', async () => {
    const read = createRead(async () => {
      await after(30);
      throw new GatewayError('DEADLINE_EXCEEDED');
    });
    const { budget, totals } = requestOf('one');
    const reading = read(['a'], budget);
    budget.deadline.abandon();
    budget.end();
    await reading;
    await pass(30);
    expect(totals.database).toBeCloseTo(300);
  });

  it.each([
    ['where the database could not be reached', new GatewayError('SERVICE_UNAVAILABLE')],
    ['where what it found is rejected', new GatewayError('VALIDATION_FAILED')],
  ])('equals the reported work %s', async (_where, error) => {
    const read = createRead(async (_keys, signal) => {
      await after(30);
      signal.onDatabaseTime!(2);
      throw error;
    });
    const { budget, totals } = requestOf('one');
    await Promise.all([read(['a'], budget), pass(30)]);
    expect(totals.database).toBeCloseTo(20);
  });
});
