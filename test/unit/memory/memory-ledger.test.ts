// The rules of the ledger, each on a separate account. Of the ledger's 8,000 bytes, it has 1,000 for bodies, 3,000 for
// JSON, and 2,000 each for pages and unsent bytes.

import type { Abandonable, MemoryHolding } from '../../../src/memory/memory-holding.js';
import { accountNames, MemoryLedger, pageGraceMs, unsentGraceMs } from '../../../src/memory/memory-ledger.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function createLedger() {
  const clock = { now: 0 };
  const ledger = new MemoryLedger(8000, () => clock.now);
  const ended: string[] = [];
  const admitted: string[] = [];
  const hold = (name: string, bytes: number, account = ledger.pages) => {
    const holding = account.hold(name.split(' ')[0]!, { end: () => ended.push(name) });
    holding.add(bytes);
    return holding;
  };
  /** Creates a reader that has not received what it holds. */
  const holdSent = (name: string, bytes: number) => {
    const holding = hold(name, bytes);
    holding.startSending();
    return holding;
  };
  const waits = new Map<string, Abandonable>();
  const acquire = (name: string, bytes: number, account = ledger.pages, holding = hold(name, 0, account)) => {
    const request = {
      expiresAt: Number.POSITIVE_INFINITY,
      add: (waiting: Abandonable) => waits.set(name, waiting),
      delete: () => waits.delete(name),
    };
    const done = holding.acquire(bytes, request).then(() => admitted.push(name));
    done.catch(() => {});
    return { holding, done };
  };
  const pass = (milliseconds: number) => {
    clock.now += milliseconds;
    ledger.pages.serve();
    ledger.unsent.serve();
  };
  return { ledger, clock, ended, admitted, waits, hold, holdSent, acquire, pass };
}

describe('the memory ledger', () => {
  it('divides all of its memory among its accounts', () => {
    const { ledger } = createLedger();
    expect(accountNames.map((name) => ledger[name].maxBytes)).toEqual([1000, 3000, 2000, 2000]);
  });

  it('takes less than half of the heap that V8 allows', () => {
    const { maxBytes } = MemoryLedger.forHeap();
    expect(maxBytes).toBeGreaterThan(0);
    expect(maxBytes).toBeLessThan(2 ** 40);
  });

  it('counts held bytes by weight, and nothing of what was released', () => {
    const { ledger } = createLedger();
    const holding = ledger.json.hold('ada', { weight: 5 });
    holding.add(10);
    holding.add(-4);
    expect([holding.bytes, ledger.json.usedBytes, ledger.json.usedBytesOf('ada'), ledger.usedBytes]).toEqual([
      6, 30, 30, 30,
    ]);
    holding.release();
    expect([ledger.json.usedBytes, ledger.json.usedBytesOf('ada')]).toEqual([0, 0]);
  });
});

describe('acquired memory', () => {
  it('comes at once, up to all for several callers and half for one', async () => {
    const { admitted, acquire } = createLedger();
    acquire('ada 1', 800);
    acquire('ada 2', 200);
    acquire('ada 3', 1);
    acquire('ben', 1000);
    await settled();
    expect(admitted).toEqual(['ada 1', 'ada 2', 'ben']);
  });

  it('goes to callers in turn, whatever the order of their requests', async () => {
    const { admitted, hold, acquire } = createLedger();
    const [first, second] = [hold('xi', 1000), hold('yu', 1000)];
    for (const name of ['ada 1', 'ada 2', 'ada 3', 'ben 1', 'ben 2', 'cy']) acquire(name, 400);
    first.release();
    await settled();
    expect(admitted).toEqual(['ada 1', 'ben 1']);
    second.release();
    await settled();
    expect(admitted).toEqual(['ada 1', 'ben 1', 'cy', 'ada 2', 'ben 2']);
  });

  it('exceeds half of an account for the only request of a caller, and the whole for the only request of all', async () => {
    const { admitted, hold, acquire } = createLedger();
    const other = hold('ben', 1);
    const { holding } = acquire('ada', 1500);
    await settled();
    expect(admitted).toEqual(['ada']);
    holding.release();
    acquire('ada large', 5000);
    await settled();
    expect(admitted).toEqual(['ada']);
    other.release();
    await settled();
    expect(admitted).toEqual(['ada', 'ada large']);
  });

  it('never exceeds all accounts together', async () => {
    const { ledger, admitted, hold, acquire } = createLedger();
    const json = hold('ben', 3000, ledger.json);
    acquire('ada', 5001);
    await settled();
    expect(admitted).toEqual([]);
    json.release();
    ledger.pages.serve();
    await settled();
    expect(admitted).toEqual(['ada']);
  });

  it('makes no other caller wait for a large request', async () => {
    const { admitted, hold, acquire } = createLedger();
    const [first] = [hold('xi', 1000), hold('yu', 900)];
    acquire('ada', 1900);
    acquire('ben', 500);
    first.release();
    await settled();
    expect(admitted).toEqual(['ben']);
  });

  it('ends its wait once the request is abandoned, or its time is over', async () => {
    const { ledger, admitted, waits, hold, acquire } = createLedger();
    const [first] = [hold('xi', 1000), hold('yu', 1000)];
    const { done } = acquire('ada', 1000);
    waits.get('ada')!.abandon();
    await expect(done).rejects.toMatchObject({ reason: 'QUEUE_TIMEOUT' });
    const late = ledger.pages.hold('late').acquire(1, { expiresAt: performance.now(), add() {}, delete() {} });
    await expect(late).rejects.toMatchObject({ reason: 'QUEUE_TIMEOUT' });
    acquire('ben', 1000);
    first.release();
    await settled();
    expect(admitted).toEqual(['ben']);
  });
});

describe('a slow reader', () => {
  it('ends where others wait for its memory: the oldest of the caller who holds most, and no more than needed', async () => {
    const { ended, admitted, holdSent, acquire, pass } = createLedger();
    holdSent('modest', 300);
    for (const name of ['greedy 1', 'greedy 2', 'greedy 3', 'greedy 4']) holdSent(name, 425);
    acquire('other', 500);
    pass(pageGraceMs - 1);
    expect([ended, admitted]).toEqual([[], []]);
    pass(100);
    await settled();
    expect([ended, admitted]).toEqual([['greedy 1', 'greedy 2'], ['other']]);
  });

  it('goes on while no other request needs its memory', () => {
    const { ended, holdSent, pass } = createLedger();
    holdSent('greedy 1', 1000);
    holdSent('greedy 2', 1000);
    pass(10 * pageGraceMs);
    expect(ended).toEqual([]);
  });

  it('ends for a request of the caller who already holds half, and for no other', async () => {
    const { ended, admitted, holdSent, acquire, pass } = createLedger();
    holdSent('other', 900);
    holdSent('ada 1', 500);
    holdSent('ada 2', 400);
    acquire('ada 3', 200);
    pass(pageGraceMs);
    await settled();
    expect([ended, admitted]).toEqual([['ada 1'], ['ada 3']]);
  });

  it('goes on while its page is still being read', () => {
    const { ended, hold, holdSent, acquire, pass } = createLedger();
    hold('greedy 1', 900);
    holdSent('greedy 2', 500);
    holdSent('modest', 600);
    acquire('other', 500);
    pass(pageGraceMs);
    expect(ended).toEqual(['greedy 2']);
  });

  it('holds nothing once it has ended, whatever it still does', async () => {
    const { ledger, holdSent, acquire, pass } = createLedger();
    const holding = holdSent('greedy', 2000);
    acquire('other', 100);
    pass(pageGraceMs);
    holding.add(100);
    expect([holding.isEnded, ledger.pages.usedBytesOf('greedy')]).toEqual([true, 0]);
    await expect(acquire('greedy', 1, ledger.pages, holding).done).rejects.toMatchObject({ reason: 'QUEUE_TIMEOUT' });
  });

  it('goes on in spite of a large request of a caller that would hold more', () => {
    const { ended, holdSent, acquire, pass } = createLedger();
    holdSent('modest', 700);
    acquire('greedy', 1900);
    pass(pageGraceMs);
    expect(ended).toEqual([]);
  });
});

describe('unsent bytes', () => {
  const unsentOf = (
    ledger: MemoryLedger,
    ended: string[],
    callerId: string,
    state: { bytes: number },
  ): MemoryHolding => {
    const holding = ledger.unsent.hold(callerId, {
      measure: () => state.bytes,
      end: () => {
        ended.push(callerId);
        state.bytes = 0;
      },
    });
    holding.reserveUnsent(state.bytes);
    return holding;
  };

  it('count as they are before any reader is ended for them', () => {
    const { ledger, ended, pass } = createLedger();
    const states = [1500, 1500].map((bytes) => ({ bytes }));
    unsentOf(ledger, ended, 'ada', states[0]!);
    states[0]!.bytes = 10;
    unsentOf(ledger, ended, 'ben', states[1]!);
    pass(unsentGraceMs);
    expect([ended, ledger.unsent.usedBytes]).toEqual([[], 1510]);
  });

  it('end the oldest reader of the caller with most of them beyond the bounds, after a grace', () => {
    const { ledger, ended, pass } = createLedger();
    unsentOf(ledger, ended, 'modest', { bytes: 900 });
    unsentOf(ledger, ended, 'greedy', { bytes: 1200 });
    expect(ended).toEqual([]);
    pass(unsentGraceMs);
    expect([ended, ledger.unsent.usedBytes]).toEqual([['greedy'], 900]);
  });

  it('stop all further reads while there are too many, but for callers that hold nothing', async () => {
    const { ledger, ended, admitted, acquire, pass } = createLedger();
    unsentOf(ledger, ended, 'slow', { bytes: 2500 });
    acquire('stream', 10);
    acquire('request', 10, ledger.json);
    expect(['slow', 'new'].map((callerId) => ledger.json.hold(callerId).isOpen)).toEqual([false, true]);
    await settled();
    expect(admitted).toEqual([]);
    pass(unsentGraceMs);
    await settled();
    expect([ended, admitted]).toEqual([['slow'], ['request', 'stream']]);
    expect(ledger.json.hold('slow').isOpen).toBe(true);
  });

  it('let no caller begin where the whole ledger is far beyond its bounds', () => {
    const { ledger, ended } = createLedger();
    unsentOf(ledger, ended, 'slow', { bytes: 1.5 * ledger.maxBytes });
    expect(ledger.json.hold('new').isOpen).toBe(false);
  });
});

describe('memory that is taken without waiting', () => {
  it('fails beyond the bounds when its caller would hold most', () => {
    const { ledger, ended, hold } = createLedger();
    hold('greedy', 900, ledger.bodies);
    expect([ledger.bodies.hold('greedy').take(200), ended]).toEqual([false, []]);
  });

  it('ends the oldest reader of a caller that holds more', () => {
    const { ledger, ended, hold } = createLedger();
    hold('greedy 1', 400, ledger.bodies);
    hold('greedy 2', 400, ledger.bodies);
    expect([ledger.bodies.hold('modest').take(300), ended, ledger.bodies.usedBytes]).toEqual([true, ['greedy 1'], 700]);
  });
});
