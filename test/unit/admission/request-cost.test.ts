import { PointBalance } from '../../../src/admission/point-balance.js';
import { RequestCost } from '../../../src/admission/request-cost.js';
import type { GatewayError } from '../../../src/errors/gateway-error.js';

/** Creates a request with an account that records its payments. */
function requestWith() {
  const totals = { estimated: 0, database: 0, processor: 0 };
  const usage = { points: 0 };
  const account = {
    paid: 0,
    status: null,
    admit(points: number) {
      account.take(points);
      return null;
    },
    untilBalancePositive: async () => {},
    take(points: number) {
      account.paid += points;
    },
  };
  return { cost: new RequestCost({ totals, usage, account }), totals, usage, account };
}

describe('the cost of a request', () => {
  it('amounts to ten points a millisecond, of the database and of the processor', () => {
    const { cost, totals, usage, account } = requestWith();
    cost.addDatabase(2);
    cost.addProcessor(0.5);
    expect(cost.measured).toBe(25);
    expect(totals).toEqual({ estimated: 0, database: 20, processor: 5 });
    expect([usage.points, account.paid]).toEqual([25, 25]);
  });

  it('equals the estimate until more was measured', () => {
    const { cost, account } = requestWith();
    cost.admit(30);
    expect(account.paid).toBe(30);
    cost.addDatabase(2);
    expect(account.paid).toBe(30);
    cost.addDatabase(2);
    expect([cost.estimated, account.paid]).toEqual([30, 40]);
  });

  it('equals the measured points in the end, with those of work that ends later', () => {
    const { cost, account } = requestWith();
    cost.admit(30);
    cost.addDatabase(1);
    cost.settle();
    expect(account.paid).toBe(10);
    cost.addDatabase(1);
    expect(account.paid).toBe(20);
  });

  it('equals the estimate where the measured points must not be known, which operators see', () => {
    const { cost, totals, usage, account } = requestWith();
    cost.admit(30);
    cost.addDatabase(9);
    expect([cost.points, account.paid]).toEqual([90, 90]);
    cost.chargeByEstimate();
    cost.addDatabase(100);
    expect([cost.points, account.paid]).toEqual([30, 30]);
    cost.admit(5);
    cost.settle();
    cost.addDatabase(1);
    expect([cost.points, account.paid]).toEqual([35, 35]);
    expect([cost.measured, usage.points, totals.database]).toEqual([1100, 1100, 1100]);
  });

  it('includes the estimate for each further part of a stream, if it is charged by it', () => {
    const { cost, account } = requestWith();
    cost.admit(30);
    cost.beginPart();
    cost.addDatabase(4);
    expect(account.paid).toBe(40);
    cost.chargeByEstimate();
    expect(account.paid).toBe(60);
    cost.beginPart();
    cost.addDatabase(50);
    cost.settle();
    expect([cost.points, account.paid]).toEqual([90, 90]);
  });

  it('includes the time of work that fails', () => {
    const { cost } = requestWith();
    const fail = () => {
      throw new Error('broken');
    };
    expect(() => cost.measure(fail)).toThrow('broken');
    expect(cost.measured).toBeGreaterThan(0);
  });

  it.each([1, 2, 7])('admits a rejected caller after the time in the error, at %i points a second', (rate) => {
    let now = 0;
    const limit = { rate, burst: 100, isEnforced: true, share: () => 1, clock: () => now, onRejection: () => {} };
    const account = new PointBalance('somebody', limit, null);
    account.take(100);
    const request = (parsedMs: number) => {
      const cost = new RequestCost({ account, processorMs: 0.3 });
      let rejection: unknown;
      try {
        if (parsedMs > 0) cost.addProcessor(parsedMs);
        cost.admit(20);
      } catch (error) {
        rejection = error;
      }
      // The response.
      cost.addProcessor(0.1);
      cost.settle();
      return rejection;
    };
    for (const parsedMs of [0, 0.4, 0, 0.2]) {
      const rejection = request(parsedMs);
      expect(rejection).toMatchObject({ reason: 'RATE_LIMITED' });
      // Retries that come too early cost nothing.
      for (let early = 0; early < 10; early += 1) request(parsedMs);
      now += (rejection as GatewayError).extensions.retryAfter! * 1000;
      expect(request(parsedMs)).toBeUndefined();
      account.take(account.status!.remaining);
    }
  });
});
