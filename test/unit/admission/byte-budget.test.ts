import { MemoryLedger } from '../../../src/memory/memory-ledger.js';
import { createBudget } from '../../support/callers.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const lengthOf = (bytes: number) => bytes;

describe('the byte budget of a request', () => {
  it('keeps JSON up to its bytes, and reads no more than is left', async () => {
    const budget = createBudget({ maxBytes: 100 });
    expect([budget.bytes.tryReserve(60), budget.bytes.tryReserve(50), budget.bytes.tryReserve(10)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await budget.bytes.readSerially(80, async (maxBytes) => maxBytes, lengthOf)).toBe(30);
    expect(budget.bytes.remainingBytes).toBe(0);
  });

  it('lets large reads follow each other, each with what the others have left', async () => {
    const budget = createBudget({ maxBytes: 100 });
    const granted = await Promise.all(
      [10, 20, 90].map((brought) =>
        budget.bytes.readSerially(
          budget.bytes.remainingBytes,
          async (maxBytes) => [maxBytes, brought] as const,
          ([, bytes]) => bytes,
        ),
      ),
    );
    expect(granted.map(([maxBytes]) => maxBytes)).toEqual([100, 90, 70]);
  });

  it('continues after a large read that failed', async () => {
    const budget = createBudget({ maxBytes: 100 });
    const failed = budget.bytes.readSerially(50, () => Promise.reject(new Error('broken')), lengthOf);
    await expect(failed).rejects.toThrow('broken');
    expect(await budget.bytes.readSerially(100, async (maxBytes) => maxBytes, lengthOf)).toBe(100);
  });

  it('gives back once what it holds, also where its client leaves in the middle of a read', async () => {
    // There is room for 160 bytes of JSON at a time.
    const memory = new MemoryLedger(800);
    const gone = createBudget({ maxBytes: 100, memory, callerId: 'gone' });
    let finish = (_bytes: number) => {};
    const read = gone.bytes.readSerially(100, () => new Promise<number>((resolve) => (finish = resolve)), lengthOf);
    await settled();
    gone.deadline.abandon();
    gone.end();
    gone.end();
    finish(70);
    await read;
    expect(gone.bytes.tryReserve(1)).toBe(false);
    await expect(gone.bytes.readSerially(1, async () => 1, lengthOf)).rejects.toMatchObject({
      reason: 'QUEUE_TIMEOUT',
    });

    // All of it is available again, and no more than that.
    const first = createBudget({ maxBytes: 100, memory, callerId: 'first' });
    expect(await first.bytes.readSerially(100, async (maxBytes) => maxBytes, lengthOf)).toBe(100);
    const late = createBudget({ maxBytes: 1, memory, callerId: 'late', deadline: performance.now() + 20 });
    await expect(late.bytes.readSerially(1, async () => 1, lengthOf)).rejects.toMatchObject({
      reason: 'QUEUE_TIMEOUT',
    });
    first.end();
  });

  it('acquires nothing for its reads once memory for all of them is reserved, and releases that at its end', async () => {
    const memory = new MemoryLedger(800);
    const request = createBudget({ memory });
    const pages = request.bytes.reservePages({});
    const part = request.renew({ pages });
    await part.bytes.reserve(150);
    for (const bytes of [60, 40])
      await part.bytes.readSerially(bytes, async () => bytes, lengthOf, { bytes: 30, bytesOf: () => 0 });
    expect([part.bytes.tryReserve(10), pages.memoryBytes]).toEqual([true, 150]);
    const other = createBudget({ memory, callerId: 'other' });
    const waiting = other.renew({ pages: other.bytes.reservePages({}) });
    const reserved = waiting.bytes.reserve(100);
    await settled();
    expect(memory.pages.usedBytes).toBe(150);
    part.end();
    await reserved;
    expect([pages.memoryBytes, memory.pages.usedBytes]).toEqual([0, 100]);
    const gone = request.renew({ pages });
    const abandoned = gone.bytes.reserve(150);
    gone.deadline.abandon();
    await expect(abandoned).rejects.toMatchObject({ reason: 'QUEUE_TIMEOUT' });
    waiting.end();
    expect(memory.usedBytes).toBe(0);
  });

  it('counts in the ledger what it keeps and what it acquires, in all forms, until it ends', async () => {
    const memory = new MemoryLedger(1000);
    const budget = createBudget({ maxBytes: 100, memory });
    budget.bytes.tryReserve(10);
    expect(memory.json.usedBytes).toBe(50);
    await budget.bytes.readSerially(
      20,
      async () => {
        expect(memory.json.usedBytes).toBe(150);
        return 5;
      },
      lengthOf,
    );
    expect(memory.json.usedBytes).toBe(75);
    budget.end();
    expect(memory.json.usedBytes).toBe(0);
  });

  it('acquires the memory of a result besides its JSON, and keeps what it has taken', async () => {
    const memory = new MemoryLedger(10_000);
    const budget = createBudget({ maxBytes: 100, memory });
    const pages = budget.bytes.reservePages({ weight: 2 });
    const part = budget.renew({ pages });
    const nonJson = { bytes: 40, bytesOf: () => 15 };
    const read = async (maxBytes: number) => {
      expect([maxBytes, pages.bytes]).toEqual([60, 100]);
      return 10;
    };
    await part.bytes.readSerially(60, read, lengthOf, nonJson);
    expect([pages.bytes, memory.pages.usedBytes, memory.json.usedBytes]).toEqual([25, 50, 0]);
    part.end();
    expect(memory.pages.usedBytes).toBe(0);
  });

  it('lets a part of a stream wait for room beyond any deadline, and begin to read then', async () => {
    const memory = new MemoryLedger(400);
    const other = memory.pages.hold('other');
    other.add(100);
    const budget = createBudget({ deadline: performance.now() - 1, memory });
    const part = budget.renew({ pages: budget.bytes.reservePages({}) });
    const read = part.bytes.readSerially(50, async (maxBytes) => maxBytes, lengthOf);
    await settled();
    expect(memory.pages.usedBytes).toBe(100);
    other.release();
    expect(await read).toBe(50);
  });

  it('limits reads to the memory that can ever be free', () => {
    const memory = new MemoryLedger(1000);
    expect(createBudget({ maxBytes: 1000, memory }).bytes.remainingBytes).toBe(150);
  });

  it('keeps room while the process holds and expects less than its maximum', () => {
    const memory = new MemoryLedger(1000);
    const [first, second] = [createBudget({ memory, callerId: 'first' }), createBudget({ memory, callerId: 'second' })];
    const arrived = first.bytes.reserveExpected(75);
    first.bytes.tryReserve(1);
    expect([first.bytes.hasRoom, second.bytes.hasRoom]).toEqual([true, false]);
    arrived();
    expect(second.bytes.hasRoom).toBe(true);
    // Its caller's half is full, but it is the first of all requests, so it can finish.
    first.bytes.tryReserve(40);
    const further = createBudget({ memory, callerId: 'first' });
    expect([first.bytes.hasRoom, further.bytes.hasRoom, second.bytes.hasRoom]).toEqual([true, false, true]);
    first.end();
    expect(further.bytes.hasRoom).toBe(true);
  });
});
