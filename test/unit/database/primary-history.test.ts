import { PrimaryHistory } from '../../../src/database/replicas/primary-history.js';

describe('the history of the primary', () => {
  it('knows until when a replica is complete', () => {
    const history = new PrimaryHistory();
    expect(history.completeUntil(100n)).toBe(Number.NEGATIVE_INFINITY);
    history.record(1, 100n);
    history.record(2, 200n);
    history.record(3, 300n);
    expect([99n, 100n, 199n, 200n, 300n, 999n].map((position) => history.completeUntil(position))).toEqual([
      ...[Number.NEGATIVE_INFINITY, 1, 1, 2, 3, 3],
    ]);
    expect(history.latest).toBe(3);
  });

  it('lets a replica keep up with a primary that writes nothing', () => {
    const history = new PrimaryHistory();
    for (let at = 1; at <= 5000; at += 1) history.record(at, 100n);
    expect(history.completeUntil(100n)).toBe(5000);
    history.record(5001, 101n);
    expect(history.completeUntil(100n)).toBe(5000);
  });

  it('gives no time for a replica that is far behind', () => {
    const history = new PrimaryHistory();
    for (let at = 1; at <= 5000; at += 1) history.record(at, BigInt(at));
    expect(history.completeUntil(4000n)).toBe(4000);
    expect(history.completeUntil(1000n)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('starts over when another server, with less, has become the primary', () => {
    const history = new PrimaryHistory();
    history.record(1, 100n);
    history.record(2, 300n);
    history.record(3, 200n);
    expect(history.completeUntil(100n)).toBe(Number.NEGATIVE_INFINITY);
    expect(history.completeUntil(200n)).toBe(3);
  });
});
