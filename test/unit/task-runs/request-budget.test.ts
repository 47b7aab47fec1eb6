import { ProcessMemory } from '../../../src/task-runs/batching/process-memory.js';
import { createBudget } from '../../support/callers.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const lengthOf = (bytes: number) => bytes;

describe('the budget of a request', () => {
  it('counts what is asked for up to each limit, and rejects all beyond it', () => {
    const budget = createBudget();
    const things = { name: 'things', value: 3 };
    budget.count(things, 2);
    budget.count({ name: 'others', value: 2 }, 2);
    budget.count(things, 1);
    for (const loc of [['ids'], ['query']]) {
      const msg = 'must not ask for more than 3 things in one operation';
      const rejected = expect.objectContaining({ detail: [{ loc, msg, type: 'too_long' }] });
      expect(() => budget.count(things, 1, loc)).toThrow(expect.objectContaining({ extensions: rejected }));
    }
  });

  it('reads the clock once, when it is first needed', () => {
    let reads = 0;
    const budget = createBudget({ now: () => ++reads });
    expect(reads).toBe(0);
    expect([budget.requestTime, budget.requestTime, budget.renew().requestTime]).toEqual([1, 1, 2]);
  });

  it('keeps JSON up to its bytes, and reads no more than is left', async () => {
    const budget = createBudget({ maxBytes: 100 });
    expect([budget.keep(60), budget.keep(50), budget.keep(10)]).toEqual([true, false, true]);
    expect(await budget.readInTurn(80, async (maxBytes) => maxBytes, lengthOf)).toBe(30);
    expect(budget.remainingBytes).toBe(0);
  });

  it('lets large reads follow each other, each with what the others have left', async () => {
    const budget = createBudget({ maxBytes: 100 });
    const granted = await Promise.all(
      [10, 20, 90].map((brought) =>
        budget.readInTurn(
          budget.remainingBytes,
          async (maxBytes) => [maxBytes, brought] as const,
          ([, bytes]) => bytes,
        ),
      ),
    );
    expect(granted.map(([maxBytes]) => maxBytes)).toEqual([100, 90, 70]);
  });

  it('goes on after a large read that failed', async () => {
    const budget = createBudget({ maxBytes: 100 });
    const failed = budget.readInTurn(50, () => Promise.reject(new Error('broken')), lengthOf);
    await expect(failed).rejects.toThrow('broken');
    expect(await budget.readInTurn(100, async (maxBytes) => maxBytes, lengthOf)).toBe(100);
  });

  it('gives back once what it holds, also where its client leaves in the middle of a read', async () => {
    const memory = new ProcessMemory(100);
    const gone = createBudget({ maxBytes: 100, memory, callerId: 'gone' });
    let finish = (_bytes: number) => {};
    const read = gone.readInTurn(100, () => new Promise<number>((resolve) => (finish = resolve)), lengthOf);
    await settled();
    gone.abandon();
    gone.end();
    gone.end();
    finish(70);
    await read;
    expect(gone.keep(1)).toBe(false);
    await expect(gone.readInTurn(1, async () => 1, lengthOf)).rejects.toMatchObject({ reason: 'QUEUE_TIMEOUT' });

    // All of it is there again, and not more than that.
    const first = createBudget({ maxBytes: 100, memory, callerId: 'first' });
    expect(await first.readInTurn(100, async (maxBytes) => maxBytes, lengthOf)).toBe(100);
    const late = createBudget({ maxBytes: 1, memory, callerId: 'late', deadline: performance.now() + 20 });
    await expect(late.readInTurn(1, async () => 1, lengthOf)).rejects.toMatchObject({ reason: 'QUEUE_TIMEOUT' });
    first.end();
  });

  it('lets others have what the client of a stream leaves unread for two looks, and counts that', async () => {
    const memory = new ProcessMemory(100);
    const whole = createBudget({ maxBytes: 100, memory, callerId: 'slow' });
    const [first, second] = [whole.renew(), whole.renew()];
    first.keep(60);
    expect(whole.leaveUnread()).toBe(0);
    second.keep(30);
    const other = createBudget({ maxBytes: 100, memory, callerId: 'other' });
    const read = other.readInTurn(50, async (maxBytes) => maxBytes, lengthOf);
    expect(whole.leaveUnread()).toBe(60);
    expect(await read).toBe(50);
    expect(whole.leaveUnread()).toBe(90);
    other.end();

    // What is read counts until it waits for the client, and what has ended is given back once.
    second.keep(10);
    first.end();
    let finish = (_bytes: number) => {};
    const further = whole.renew();
    const reading = further.readInTurn(40, () => new Promise<number>((resolve) => (finish = resolve)), lengthOf);
    await settled();
    const waiting = { abandon() {} };
    further.add(waiting);
    expect([whole.leaveUnread(), whole.leaveUnread()]).toEqual([40, 40]);
    finish(20);
    await reading;
    further.delete(waiting);
    second.end();
    expect([whole.leaveUnread(), whole.leaveUnread()]).toEqual([0, 20]);
    further.end();
    const late = createBudget({ maxBytes: 100, memory, callerId: 'late', deadline: performance.now() + 20 });
    expect(await late.readInTurn(100, async (maxBytes) => maxBytes, lengthOf)).toBe(100);
    const later = createBudget({ maxBytes: 1, memory, callerId: 'later', deadline: performance.now() + 20 });
    await expect(later.readInTurn(1, async () => 1, lengthOf)).rejects.toMatchObject({ reason: 'QUEUE_TIMEOUT' });
  });
});

describe('the memory of the process', () => {
  it('is taken in turn, and no caller holds back the others with what it waits for', async () => {
    const memory = new ProcessMemory(100);
    const order: string[] = [];
    const request = (callerId: string, bytes: number) => {
      const budget = createBudget({ maxBytes: 100, memory, callerId });
      const read = budget.readInTurn(bytes, async (maxBytes) => maxBytes, lengthOf).then(() => order.push(callerId));
      return { budget, read };
    };
    const greedy = [40, 40, 40].map((bytes) => request('greedy', bytes));
    await settled();
    const modest = request('modest', 50);
    await modest.read;
    expect(order).toEqual(['greedy', 'modest']);
    greedy[0]!.budget.end();
    await settled();
    expect(order).toEqual(['greedy', 'modest', 'greedy']);
    modest.budget.end();
    greedy[1]!.budget.end();
    await greedy[2]!.read;
  });
});
