// Whether the database responds, over statements of the test's own.

import { createPing } from '../../../src/task-runs/batching/ping.js';
import { ReadScheduler } from '../../../src/task-runs/batching/read-scheduler.js';

const failure = new Error('no answer');
const answered = async () => [];
const failing = async () => {
  throw failure;
};
const hanging = () => new Promise<never>(() => {});

/** @param probed undefined: there is no connection beside the pool */
function pingOver(statement: () => Promise<object[]>, probed?: () => Promise<never[]>) {
  const scheduler = new ReadScheduler({ connections: () => 1, timeoutMs: 5000 });
  const statements = { run: statement } as never;
  return createPing({ statements, scheduler, probe: probed && { query: probed } });
}

describe('the database', () => {
  it.each([
    ['ok', 'statements of requests succeed', answered, answered],
    ['ok', 'only these succeed, as on a replica', answered, failing],
    ['ok', 'these succeed in a pool without another connection', answered, undefined],
    ['busy', 'only the connection beside the pool responds', hanging, answered],
    ['busy', 'statements fail, but that connection responds', failing, answered],
  ])('is %s where %s', async (status, _case, statement, probed) => {
    expect(await pingOver(statement, probed)()).toBe(status);
  });

  it.each([
    ['no connection', failing],
    ['the only pool', undefined],
  ])('is unavailable where %s responds', async (_case, probed) => {
    await expect(pingOver(failing, probed)()).rejects.toBe(failure);
  });

  it('is asked once for several checks at the same time', async () => {
    let count = 0;
    const ping = pingOver(async () => {
      count += 1;
      return [];
    });
    expect(await Promise.all([ping(), ping(), ping()])).toEqual(['ok', 'ok', 'ok']);
    expect(await ping()).toBe('ok');
    expect(count).toBe(1);
  });
});
