import { createRateLimiter } from '../../../src/admission/rate-limiter.js';

function createLimiter(options: Partial<Parameters<typeof createRateLimiter>[0]> = {}) {
  const rateLimit = { points: 100, burst: 1000, exempt: ['router'], redisUrl: undefined };
  const limiter = { costMode: 'enforce', rateLimit, processes: 1, shared: null, onRejection: () => {} } as const;
  return createRateLimiter({ ...limiter, clock: () => 0, ...options });
}

describe('rate limits', () => {
  it('separate callers', () => {
    const { accountOf } = createLimiter();
    accountOf({ id: 'one', qualifiedClientId: undefined })!.take(600);
    expect(accountOf({ id: 'one', qualifiedClientId: 'any' })!.status!.remaining).toBe(400);
    expect(accountOf({ id: 'other', qualifiedClientId: undefined })!.status!.remaining).toBe(1000);
  });

  it('spare exempt clients, and all without a rate or with costs off', () => {
    expect(createLimiter().accountOf({ id: 'one', qualifiedClientId: 'router' })).toBeNull();
    expect(createLimiter({ costMode: 'off' }).accountOf({ id: 'one', qualifiedClientId: undefined })).toBeNull();
    const rateLimit = { points: undefined, burst: 0, exempt: [], redisUrl: undefined };
    expect(createLimiter({ rateLimit }).accountOf({ id: 'one', qualifiedClientId: undefined })).toBeNull();
  });

  it('forget callers that have spent nothing, and keep the others while there is space', () => {
    const { accountOf } = createLimiter();
    accountOf({ id: 'spender', qualifiedClientId: undefined })!.take(600);
    const idle = accountOf({ id: 'idle', qualifiedClientId: undefined });
    for (let number = 0; number < 50_000; number += 1)
      accountOf({ id: `caller ${number}`, qualifiedClientId: undefined });
    expect(accountOf({ id: 'spender', qualifiedClientId: undefined })!.status!.remaining).toBe(400);
    expect(accountOf({ id: 'idle', qualifiedClientId: undefined })).not.toBe(idle);
  });

  it('respect their memory limit', () => {
    const { accountOf } = createLimiter();
    const first = accountOf({ id: 'first', qualifiedClientId: undefined })!;
    first.take(600);
    for (let number = 0; number < 50_000; number += 1) {
      accountOf({ id: `caller ${number}`, qualifiedClientId: undefined })!.take(1);
    }
    expect(accountOf({ id: 'first', qualifiedClientId: undefined })).not.toBe(first);
  });
});
