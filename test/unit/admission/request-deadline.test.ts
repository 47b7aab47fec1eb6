import { createBudget } from '../../support/callers.js';

describe('the deadline of a request', () => {
  it('reads the clock once, when it is first needed', () => {
    let reads = 0;
    const budget = createBudget({ now: () => ++reads });
    expect(reads).toBe(0);
    const part = budget.renew({ pages: budget.bytes.reservePages({}) });
    const times = [budget.deadline.requestTime, budget.deadline.requestTime, part.deadline.requestTime];
    expect(times).toEqual([1, 1, 2]);
  });
});
