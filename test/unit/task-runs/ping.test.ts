// Whether the database responds, with test statements.

import { createPing } from '../../../src/scheduling/ping.js';
import { ReadScheduler } from '../../../src/scheduling/read-scheduler.js';
import { createBudget } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';

const failure = new Error('no answer');
const answered = async () => [];
const failing = async () => {
  throw failure;
};
const hanging = () => new Promise<never>(() => {});

function pingOver(
  statement: () => Promise<object[]>,
  probed: () => Promise<never[]>,
  scheduler = new ReadScheduler({ connections: () => 1, timeoutMs: 5000 }),
) {
  return createPing({ statements: { run: statement } as never, scheduler, probe: { query: probed } });
}

describe('the database', () => {
  it.each([
    ['the connection beside the pool responds', failing, answered],
    ['statements of requests succeed, as on a replica', answered, failing],
    ['only these succeed in time', answered, hanging],
  ])('is ok where %s', async (_case, statement, probed) => {
    expect(await pingOver(statement, probed)()).toBe('ok');
  });

  it('is busy where it responds, but reads of runs wait', async () => {
    const scheduler = new ReadScheduler({ connections: () => 1, timeoutMs: 60_000 });
    const type = { lane: 'point', maxBatchSize: 1, readMany: hanging } as const;
    const [read, waiting] = [scheduler.register('read', type), scheduler.register('waiting', type)];
    const budget = () => createBudget();
    void read(['a'], budget());
    void waiting(['b'], budget());
    const ping = pingOver(hanging, answered, scheduler);
    await eventually(async () => expect(await ping()).toBe('busy'));
  });

  it('is unavailable where nothing responds', async () => {
    await expect(pingOver(failing, failing)()).rejects.toBe(failure);
  });

  it('is asked once for several checks at the same time', async () => {
    let count = 0;
    const ping = pingOver(failing, async () => {
      count += 1;
      return [];
    });
    expect(await Promise.all([ping(), ping(), ping()])).toEqual(['ok', 'ok', 'ok']);
    expect(count).toBe(1);
  });
});
