import { GatewayError } from '../../../src/errors/gateway-error.js';
import { createRequestBatcher } from '../../../src/task-runs/batching/request-batcher.js';

/** A reader whose statements end when the test says so. */
function createControlledReader({
  minBatchSize = 1,
  maxBatchDelayMs = 60_000,
  maxWaitMs = 60_000,
  ...limits
}: {
  maxInFlight: number;
  maxBatchSize: number;
  minBatchSize?: number;
  maxBatchDelayMs?: number;
  maxWaitMs?: number;
}) {
  const statements: { keys: readonly string[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const read = createRequestBatcher<string, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        statements.push({ keys, answer: () => resolve(keys.map((key) => `answer to ${key}`)), fail: reject });
      }),
    { minBatchSize, maxBatchDelayMs, maxWaitMs, ...limits },
  );
  return { statements, read };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the request batcher', () => {
  it('sends a lone read at once, as it is', () => {
    const { statements, read } = createControlledReader({ maxInFlight: 1, maxBatchSize: 10 });
    void read(['a', 'b']);
    expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  });

  it('batches what arrives while the statements in flight are at their limit', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 2, maxBatchSize: 10 });
    const answers = ['a', 'b', 'c', 'd', 'e'].map((key) => read([key]));
    expect(statements.map(({ keys }) => keys)).toEqual([['a'], ['b']]);
    statements[0]!.answer();
    await settled();
    expect(statements[2]!.keys).toEqual(['c', 'd', 'e']);
    statements[1]!.answer();
    statements[2]!.answer();
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c', 'd', 'e'].map((key) => [`answer to ${key}`]));
  });

  it('sends a further statement beside one in flight only when enough keys are waiting', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 2, maxBatchSize: 10, minBatchSize: 3 });
    void read(['first']);
    void read(['a']);
    void read(['b']);
    expect(statements).toHaveLength(1);
    void read(['c']);
    expect(statements[1]!.keys).toEqual(['a', 'b', 'c']);
    void read(['d']);
    statements[0]!.answer();
    await settled();
    expect(statements).toHaveLength(2);
    statements[1]!.answer();
    await settled();
    expect(statements[2]!.keys).toEqual(['d']);
  });

  it('gives each read its own results, in the order of its keys', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 1, maxBatchSize: 10 });
    const first = read(['x']);
    const second = read(['b', 'a', 'b']);
    const third = read([]);
    statements[0]!.answer();
    await settled();
    statements[1]!.answer();
    expect(await first).toEqual(['answer to x']);
    expect(await second).toEqual(['answer to b', 'answer to a', 'answer to b']);
    expect(await third).toEqual([]);
  });

  it('batches up to the limit of keys, and lets a read beyond it go by itself', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 1, maxBatchSize: 3 });
    for (const keys of [['now'], ['a', 'b'], ['c', 'd'], ['1', '2', '3', '4', '5'], ['e']]) void read(keys);
    for (let sent = 0; sent < 5; sent += 1) {
      statements[sent]?.answer();
      await settled();
    }
    expect(statements.map(({ keys }) => keys)).toEqual([
      ['now'],
      ['a', 'b'],
      ['c', 'd'],
      ['1', '2', '3', '4', '5'],
      ['e'],
    ]);
  });

  it('remembers nothing: the same key is read anew', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 9, maxBatchSize: 9 });
    void read(['a']);
    void read(['a']);
    expect(statements).toHaveLength(2);
  });

  it('still serves the others when one read breaks the statement', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 1, maxBatchSize: 10 });
    void read(['now']);
    const outcomes = Promise.allSettled([read(['good']), read(['poison']), read(['fine'])]);
    statements[0]!.answer();
    await settled();
    statements[1]!.fail(new Error('broken by poison'));
    await settled();
    statements[2]!.answer();
    await settled();
    statements[3]!.fail(new Error('broken by poison'));
    await settled();
    statements[4]!.answer();
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: ['answer to good'] },
      { status: 'rejected', reason: new Error('broken by poison') },
      { status: 'fulfilled', value: ['answer to fine'] },
    ]);
  });

  it('does not ask again, read by read, a database that is away', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 1, maxBatchSize: 10 });
    void read(['now']);
    const outcomes = Promise.allSettled([read(['a']), read(['b'])]);
    statements[0]!.answer();
    await settled();
    const away = new GatewayError('SERVICE_UNAVAILABLE');
    statements[1]!.fail(away);
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: away },
      { status: 'rejected', reason: away },
    ]);
    expect(statements).toHaveLength(2);
  });

  it('goes on after a failure', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 1, maxBatchSize: 10 });
    const failed = read(['a']);
    statements[0]!.fail(new Error('no'));
    await expect(failed).rejects.toThrow('no');
    await settled();
    const next = read(['b']);
    statements[1]!.answer();
    expect(await next).toEqual(['answer to b']);
  });

  it('waits for more keys only so long, lest one slow statement holds up everyone', async () => {
    const limits = { maxInFlight: 2, maxBatchSize: 10, minBatchSize: 3, maxBatchDelayMs: 5 };
    const { statements, read } = createControlledReader(limits);
    void read(['slow']);
    const quick = read(['a']);
    expect(statements).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(statements[1]!.keys).toEqual(['a']);
    statements[1]!.answer();
    expect(await quick).toEqual(['answer to a']);
  });

  it('rejects reads that waited longer than the database may take', async () => {
    const { statements, read } = createControlledReader({ maxInFlight: 1, maxBatchSize: 10, maxWaitMs: 20 });
    void read(['slow']);
    const overdue = read(['a']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const inTime = read(['b']);
    statements[0]!.answer();
    await expect(overdue).rejects.toMatchObject({ reason: 'SERVICE_UNAVAILABLE', extensions: { retryAfter: 1 } });
    await settled();
    expect(statements[1]!.keys).toEqual(['b']);
    statements[1]!.answer();
    expect(await inTime).toEqual(['answer to b']);
  });
});
