import { retryDelayOf } from '../../../../src/import/mirror/service-client.js';

const now = Date.parse('2026-11-26T00:00:00Z');
const delayOf = (status: number, retryAfter?: string, attempt = 1) =>
  retryDelayOf(
    { status, headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
    attempt,
    now,
  );

describe('the delay before a retry', () => {
  it.each([
    [429, '7', 7000],
    [503, '0', 0],
    [503, 'Thu, 26 Nov 2026 00:01:00 GMT', 60_000],
    [503, 'Wed, 25 Nov 2026 00:00:00 GMT', 0],
    [429, '3601', null],
    [429, 'soon', null],
    [500, '1', null],
    [404, '1', null],
  ])('follows the service with %i and %s', (status, retryAfter, delay) => {
    expect(delayOf(status, retryAfter)).toBe(delay);
  });

  it('doubles when the service names none', () => {
    expect([1, 2, 3].map((attempt) => delayOf(503, undefined, attempt))).toEqual([1000, 2000, 4000]);
  });
});
