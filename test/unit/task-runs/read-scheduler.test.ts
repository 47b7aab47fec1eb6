import { ShareHolder } from '../../../src/access/requester.js';
import type { StatementSignal } from '../../../src/database/connection/statement-runner.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import type { ReadType } from '../../../src/scheduling/pending-read.js';
import { ReadScheduler } from '../../../src/scheduling/read-scheduler.js';
import { createBudget } from '../../support/callers.js';
import { useFakeTime } from '../../support/fake-time.js';

interface ControlledStatement {
  readonly keys: readonly string[];
  readonly signal: StatementSignal;
  answer(): void;
  fail(error: Error): void;
}

/** Creates a scheduler whose statements the test ends. */
function createControlled(connections: number, timeoutMs = 60_000) {
  const statements: ControlledStatement[] = [];
  const scheduler = new ReadScheduler({ connections: () => connections, timeoutMs });
  const register = (type: Partial<ReadType<string, string>>) =>
    scheduler.register<string, string>('test', {
      lane: 'point',
      maxBatchSize: 10,
      ...type,
      readMany: (keys, signal) =>
        new Promise((resolve, reject) => {
          const answer = () => resolve(keys.map((key) => `result of ${key}`));
          statements.push({ keys, signal, answer, fail: reject });
        }),
    });
  return { statements, register, keys: () => statements.map(({ keys }) => keys.join('')) };
}

const pass = useFakeTime();
/** A deadline is noticed within this time. */
const noticedMs = 100;
const settled = () => new Promise((resolve) => setImmediate(resolve));
const anybody = createBudget();
const late = (milliseconds: number) => createBudget({ deadline: performance.now() + milliseconds });

describe('the read scheduler', () => {
  it('sends a single read at once, unchanged', () => {
    const { statements, register } = createControlled(1);
    void register({})(['a', 'b'], anybody);
    expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  });

  it('batches waiting reads, each with its own results in the order of its keys', async () => {
    const { statements, register } = createControlled(1);
    const read = register({});
    const first = read(['x'], anybody);
    const second = read(['b', 'a', 'b'], createBudget({ callerId: 'other' }));
    const third = read(['c'], anybody);
    expect(await read([], anybody)).toEqual([]);
    statements[0]!.answer();
    expect(await first).toEqual(['result of x']);
    await settled();
    expect([...statements[1]!.keys].sort()).toEqual(['a', 'b', 'b', 'c']);
    statements[1]!.answer();
    expect(await second).toEqual(['result of b', 'result of a', 'result of b']);
    expect(await third).toEqual(['result of c']);
  });

  it('counts each statement once for every request that takes part in it', async () => {
    const { statements, register } = createControlled(1);
    const read = register({ maxBatchSize: 2 });
    const [one, other] = [createBudget({ callerId: 'one' }), createBudget({ callerId: 'other' })];
    const reads = [read(['now'], one), read(['a', 'b', 'c'], one), read(['d'], other)];
    for (let sent = 0; sent < 3; sent += 1) {
      statements[sent]!.answer();
      await settled();
    }
    await Promise.all(reads);
    expect([one.usage.statements, other.usage.statements]).toEqual([3, 1]);
  });

  it('sends a further statement alongside one in flight only when enough keys wait, or have waited', async () => {
    const { statements, register, keys } = createControlled(3);
    const read = register({ minBatchSize: 3 });
    for (const key of ['first', 'a', 'b']) void read([key], anybody);
    expect(statements).toHaveLength(1);
    void read(['c'], anybody);
    expect(keys()).toEqual(['first', 'abc']);
    void read(['d'], anybody);
    statements[0]!.answer();
    await pass(60);
    expect(keys()).toEqual(['first', 'abc', 'd']);
  });

  it('never batches keys of different kinds', async () => {
    const { statements, register, keys } = createControlled(1);
    const read = register({ batchKeyOf: (key) => key.length });
    for (const key of ['now', 'a', 'bb', 'c', 'dd']) void read([key], anybody);
    for (let sent = 0; sent < 2; sent += 1) {
      statements[sent]!.answer();
      await settled();
    }
    expect(keys()).toEqual(['now', 'ac', 'bbdd']);
  });

  it('caches nothing: it reads the same key again', async () => {
    const { statements, register } = createControlled(9);
    const read = register({});
    void read(['a'], anybody);
    void read(['a'], anybody);
    expect(statements).toHaveLength(2);
  });
});

describe('waiting callers', () => {
  it('each get a key into a batch before any gets a second', async () => {
    const { statements, register, keys } = createControlled(1);
    const read = register({ maxBatchSize: 4 });
    void read(['now'], anybody);
    void read(['1', '2', '3', '4', '5', '6'], createBudget({ callerId: 'greedy' }));
    void read(['a'], createBudget({ callerId: 'modest' }));
    statements[0]!.answer();
    await settled();
    expect(keys()[1]!.split('').sort()).toEqual(['1', '2', '3', 'a']);
  });

  it('one that has taken much time is passed over until the others have had as much', async () => {
    const { statements, register, keys } = createControlled(1);
    const read = register({ maxBatchSize: 1 });
    const [greedy, modest] = [createBudget({ callerId: 'greedy' }), createBudget({ callerId: 'modest' })];
    for (const key of ['1', '2', '3', '4']) void read([key], greedy);
    for (const key of ['a', 'b', 'c']) void read([key], modest);
    await pass(60);
    for (let sent = 0; sent < 5; sent += 1) {
      statements[sent]!.answer();
      await settled();
    }
    expect(keys().slice(0, 6)).toEqual(['1', 'a', 'b', 'c', '2', '3']);
  });
});

describe('the lanes', () => {
  const callerOf = (callerId: string) => createBudget({ callerId });

  it('leave `point` a connection whatever else waits', () => {
    const { register, keys } = createControlled(3);
    const page = register({ lane: 'page', maxBatchSize: 1 });
    const count = register({ lane: 'aggregate', maxBatchSize: 1 });
    for (const key of ['p', 'q', 'r', 's']) void page([key], callerOf(key));
    for (const key of ['c', 'd']) void count([key], callerOf(key));
    expect(keys()).toEqual(['p', 'q']);
    void register({})(['run'], callerOf('run'));
    expect(keys()).toEqual(['p', 'q', 'run']);
  });

  it('lend what they do not use, and get their share back in turn', async () => {
    const { statements, register, keys } = createControlled(4);
    const page = register({ lane: 'page', maxBatchSize: 1 });
    const count = register({ lane: 'aggregate', maxBatchSize: 1 });
    for (const key of ['p', 'q', 'r', 's', 't']) void page([key], callerOf(key));
    for (const key of ['c', 'd', 'e']) void count([key], callerOf(key));
    expect(keys()).toEqual(['p', 'q', 'r']);
    statements[0]!.answer();
    await settled();
    expect(keys().slice(3)).toEqual(['c']);
    statements[1]!.answer();
    statements[2]!.answer();
    await settled();
    expect(keys().slice(3)).toEqual(['c', 's', 't']);
  });

  it('alternate when there is one connection', async () => {
    const { statements, register, keys } = createControlled(1);
    const point = register({ maxBatchSize: 1 });
    const count = register({ lane: 'aggregate', maxBatchSize: 1 });
    for (const key of ['c', 'd', 'e']) void count([key], callerOf(key));
    for (const key of ['1', '2', '3']) void point([key], callerOf(key));
    for (let sent = 0; sent < 5; sent += 1) {
      statements[sent]!.answer();
      await settled();
    }
    expect(keys().join('')).toBe('c1d2e3');
  });

  it.each([
    ['point', 2, 1],
    ['point', 10, 9],
    ['page', 3, 1],
    ['page', 10, 8],
    ['aggregate', 4, 1],
    ['aggregate', 10, 4],
    ['bulk', 8, 1],
    ['bulk', 4, 1],
    ['page', 1, 1],
    ['aggregate', 2, 1],
  ] as const)(
    'let one caller have all connections of `%s` but one, of %i in all: %i',
    async (lane, connections, most) => {
      const { statements, register, keys } = createControlled(connections);
      const read = register({ lane, maxBatchSize: 1 });
      const all = Array.from({ length: 20 }, (_, index) => read([`${index}`], callerOf('greedy')));
      expect(statements).toHaveLength(most);
      const isForOthers =
        connections > 1 && !(lane === 'aggregate' && connections === 2) && !(lane === 'bulk' && connections === 4);
      void read(['other'], callerOf('modest'));
      expect(keys().includes('other')).toBe(isForOthers);
      for (let sent = 0; sent < statements.length; sent += 1) {
        statements[sent]!.answer();
        await settled();
        expect(statements.filter((_, index) => index > sent).length).toBeLessThanOrEqual(most + 1);
      }
      expect(await Promise.all(all)).toHaveLength(20);
    },
  );

  it('leave one of what `point` does not have to other callers, whichever lanes one caller fills', () => {
    const { register, keys } = createControlled(10);
    const page = register({ lane: 'page', maxBatchSize: 1 });
    const count = register({ lane: 'aggregate', maxBatchSize: 1 });
    for (let index = 0; index < 10; index += 1) {
      void count(['c'], callerOf('greedy'));
      void page(['p'], callerOf('greedy'));
    }
    expect(keys()).toHaveLength(8);
    void count(['other'], callerOf('modest'));
    expect(keys().at(-1)).toBe('other');
    expect(keys()).toHaveLength(9);
  });

  it.each([
    [10, 5],
    [5, 2],
    [1, 1],
  ])('let all holders of links have half of %i connections: %i', async (connections, most) => {
    const { statements, register, keys } = createControlled(connections);
    const read = register({ maxBatchSize: 1 });
    for (let index = 0; index < 20; index += 1) void read([`${index}`], callerOf(new ShareHolder(`${index}`).id));
    expect(statements).toHaveLength(most);
    void read(['other'], callerOf('modest'));
    expect(keys().includes('other')).toBe(connections > 1);
    statements[0]!.answer();
    await settled();
    expect(statements).toHaveLength(most + (connections > 1 ? 2 : 1));
  });

  it('count a part of a batch for each of its callers', async () => {
    const { statements, register, keys } = createControlled(6);
    const read = register({ lane: 'aggregate', maxBatchSize: 4, minBatchSize: 4 });
    void read(['now'], callerOf('one'));
    for (const caller of ['one', 'two', 'three', 'four']) void read([caller], callerOf(caller));
    expect(statements).toHaveLength(2);
    for (let index = 0; index < 4; index += 1) void read(['1'], callerOf('one'));
    await settled();
    expect(statements).toHaveLength(2);
    for (let index = 0; index < 4; index += 1) void read(['2'], callerOf('two'));
    await settled();
    expect(keys()[2]).toMatch(/^2/);
  });
});

describe('a batch', () => {
  it('retries its members individually when one breaks it', async () => {
    const { statements, register } = createControlled(1);
    const read = register({});
    void read(['now'], anybody);
    const reads = ['good', 'poison', 'fine'].map((key) => read([key], anybody));
    statements[0]!.answer();
    await settled();
    for (let sent = 1; sent <= 4; sent += 1) {
      const { keys, answer, fail } = statements[sent]!;
      if (keys.includes('poison')) fail(new Error('broken by poison'));
      else answer();
      await settled();
    }
    expect(await Promise.all(reads)).toEqual([['result of good'], [new Error('broken by poison')], ['result of fine']]);
  });

  it('ends, with its members read individually, when it takes long, so that only the slow key is late', async () => {
    const { statements, register } = createControlled(1, 1500);
    const read = register({});
    void read(['now'], anybody);
    const quick = read(['quick'], createBudget({ callerId: 'quick' }));
    const slow = read(['slow'], createBudget({ callerId: 'slow' }));
    statements[0]!.answer();
    await settled();
    await pass(1100);
    expect(statements[1]!.signal.aborted).toBe(true);
    statements[1]!.fail(new GatewayError('DEADLINE_EXCEEDED'));
    await settled();
    expect(statements[2]!.keys).toEqual(['slow']);
    await pass(650 + noticedMs);
    expect(await slow).toMatchObject([{ reason: 'DEADLINE_EXCEEDED', extensions: { retryAfter: 1 } }]);
    expect(statements[2]!.signal.aborted).toBe(true);
    statements[2]!.fail(new GatewayError('DEADLINE_EXCEEDED'));
    await settled();
    statements[3]!.answer();
    expect(await quick).toEqual(['result of quick']);
  });
});

describe('an unavailable database', () => {
  const away = new GatewayError('SERVICE_UNAVAILABLE');

  it('gets no retries key by key, and fails the waiting reads', async () => {
    const { statements, register } = createControlled(1);
    const read = register({ maxBatchSize: 2 });
    const reads = ['now', 'a', 'b', 'c'].map((key) => read([key], anybody));
    statements[0]!.fail(away);
    expect(await Promise.all(reads)).toEqual([[away], [away], [away], [away]]);
    expect(statements).toHaveLength(1);
  });

  it('does not fail waiting reads while other statements succeed', async () => {
    const { statements, register } = createControlled(3);
    const read = register({ maxBatchSize: 1 });
    const reads = ['lost', 'fine', 'next'].map((key) => read([key], anybody));
    statements[1]!.answer();
    await settled();
    statements[0]!.fail(away);
    statements[2]!.answer();
    expect(await Promise.all(reads)).toEqual([[away], ['result of fine'], ['result of next']]);
  });

  it('fails no waiting reads that replicas may serve when only the primary is gone', async () => {
    const { statements, register } = createControlled(1);
    const [readCurrent, read] = [register({ requiresPrimary: true }), register({ lane: 'page' })];
    const current = readCurrent(['sent'], anybody);
    const others = [readCurrent(['waiting'], anybody), read(['waiting'], anybody)];
    statements[0]!.fail(away);
    expect(await Promise.all([current, others[0]])).toEqual([[away], [away]]);
    statements[1]!.answer();
    expect(await others[1]).toEqual(['result of waiting']);
  });

  it('gets the reads that come afterwards', async () => {
    const { statements, register } = createControlled(1);
    const read = register({});
    const failed = read(['a'], anybody);
    statements[0]!.fail(away);
    expect(await failed).toEqual([away]);
    const next = read(['b'], anybody);
    statements[1]!.answer();
    expect(await next).toEqual(['result of b']);
  });
});

describe('a read whose time is over', () => {
  it('fails by whether it ever had a connection', async () => {
    const { statements, register } = createControlled(1);
    const read = register({ maxBatchSize: 1 });
    const running = read(['running'], late(80));
    const waiting = read(['waiting'], late(80));
    await pass(80 + noticedMs);
    expect(await waiting).toMatchObject([{ reason: 'QUEUE_TIMEOUT', extensions: { retryAfter: 1 } }]);
    expect(await running).toMatchObject([{ reason: 'DEADLINE_EXCEEDED', extensions: { retryAfter: 1 } }]);
    expect(await read(['never'], late(-1))).toMatchObject([{ reason: 'QUEUE_TIMEOUT' }]);
    expect(statements.map(({ keys, signal }) => [...keys, signal.aborted])).toEqual([['running', true]]);
  });

  it('keeps the results that arrived in time', async () => {
    const { statements, register } = createControlled(1);
    const read = register({ maxBatchSize: 1 })(['a', 'b'], late(120));
    statements[0]!.answer();
    await pass(120 + noticedMs);
    expect(await read).toEqual(['result of a', expect.objectContaining({ reason: 'DEADLINE_EXCEEDED' })]);
  });

  it('frees its connection only when its statement has ended', async () => {
    const { statements, register, keys } = createControlled(1);
    const read = register({ maxBatchSize: 1 });
    const slow = read(['slow'], late(60));
    await pass(60 + noticedMs);
    await slow;
    const next = read(['next'], anybody);
    expect(keys()).toEqual(['slow']);
    statements[0]!.fail(new GatewayError('DEADLINE_EXCEEDED'));
    await settled();
    statements[1]!.answer();
    expect(await next).toEqual(['result of next']);
  });
});

describe('an abandoned request', () => {
  it('drops its waiting keys, and cancels its statement when no other request waits for it', async () => {
    const { statements, register, keys } = createControlled(1);
    const read = register({});
    const [gone, other] = [createBudget({ callerId: 'gone' }), createBudget({ callerId: 'other' })];
    void read(['single'], gone);
    void read(['waiting'], gone);
    void read(['other'], other);
    gone.deadline.abandon();
    expect(statements[0]!.signal.aborted).toBe(true);
    statements[0]!.fail(new GatewayError('DEADLINE_EXCEEDED'));
    await settled();
    expect(keys()).toEqual(['single', 'other']);
    expect(await read(['too late'], gone)).toMatchObject([{ reason: 'QUEUE_TIMEOUT' }]);
  });

  it('causes no outage for others when its cancelled statement loses the connection', async () => {
    const { statements, register } = createControlled(1);
    const read = register({ maxBatchSize: 1 });
    const gone = createBudget({ callerId: 'gone' });
    void read(['a'], gone);
    const other = read(['b'], anybody);
    gone.deadline.abandon();
    statements[0]!.fail(new GatewayError('SERVICE_UNAVAILABLE'));
    await settled();
    statements[1]!.answer();
    expect(await other).toEqual(['result of b']);
  });

  it('does not cancel a statement when others wait for it', async () => {
    const { statements, register } = createControlled(1);
    const read = register({});
    const [gone, other] = [createBudget({ callerId: 'gone' }), createBudget({ callerId: 'other' })];
    void read(['now'], other);
    void read(['a'], gone);
    const remaining = read(['b'], other);
    statements[0]!.answer();
    await settled();
    gone.deadline.abandon();
    expect(statements[1]!.signal.aborted).toBe(false);
    statements[1]!.answer();
    expect(await remaining).toEqual(['result of b']);
  });
});
