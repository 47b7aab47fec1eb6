import { LimitCounts } from '../../../src/admission/limit-counts.js';

describe('the counts of a request', () => {
  it('counts each kind up to its limit, and rejects all beyond it', () => {
    const counts = new LimitCounts();
    const things = { name: 'things', value: 3 };
    counts.count(things, 2);
    counts.count({ name: 'others', value: 2 }, 2);
    counts.count(things, 1);
    for (const loc of [['ids'], ['query']]) {
      const msg = 'must not request more than 3 things';
      const rejected = expect.objectContaining({ detail: [{ loc, msg, type: 'too_long' }] });
      expect(() => counts.count(things, 1, loc)).toThrow(expect.objectContaining({ extensions: rejected }));
    }
  });
});
