// The period in a URL, as a time and as an API filter.

import { periodFilterOf, periodOf, withFixedPeriod } from '../../../src/pages/runs/filters/period.js';

/** A Thursday, in the machine's time zone. */
const now = new Date(2026, 9, 15, 14, 30).getTime();
const at = (month: number, day: number) => new Date(2026, month, day).getTime();
const iso = (ms: number) => new Date(ms).toISOString();
const paramsOf = (search: string) => new URLSearchParams(search);

describe('the period of an address', () => {
  it.each([
    ['since=today', at(9, 15), undefined],
    ['since=yesterday', at(9, 14), at(9, 15)],
    ['since=evening', new Date(2026, 9, 14, 18).getTime(), undefined],
    ['since=week', at(9, 12), undefined],
    ['since=last-week', at(9, 5), at(9, 12)],
    ['since=month', at(9, 1), undefined],
    ['since=last-month', at(8, 1), at(9, 1)],
    [`from=${iso(at(9, 2))}&to=${iso(at(9, 4))}`, at(9, 2), at(9, 4)],
  ])('%s is the same as times and as a filter', (search, start, end) => {
    expect(periodOf(paramsOf(search), now)).toEqual({ start, end });
    expect(periodFilterOf(paramsOf(search), now)).toEqual({
      createdAfter: iso(start),
      ...(end !== undefined && { createdBefore: iso(end) }),
    });
  });

  it('leaves a length to the clock of the server', () => {
    expect(periodFilterOf(paramsOf('since=7d'), now)).toEqual({ createdAfter: '-7d' });
    expect(periodOf(paramsOf('since=7d'), now)).toEqual({ start: now - 7 * 86_400_000, end: undefined });
  });

  it('can be fixed, so that it no longer moves with the clock', () => {
    const fixed = withFixedPeriod(paramsOf('org=1&since=7d'), now);
    expect(Object.fromEntries(fixed)).toEqual({ org: '1', from: iso(now - 7 * 86_400_000), to: iso(now) });
    expect(Object.fromEntries(withFixedPeriod(paramsOf('since=any'), now))).toEqual({ to: iso(now) });
    expect(withFixedPeriod(paramsOf('from=x&to=y'), now).toString()).toBe('from=x&to=y');
  });

  it('takes from and to rather than a length', () => {
    const params = paramsOf(`since=24h&from=${iso(at(9, 1))}`);
    expect(periodFilterOf(params, now)).toEqual({ createdAfter: iso(at(9, 1)) });
    expect(periodFilterOf(paramsOf(`since=7d&to=${iso(at(9, 1))}`), now)).toEqual({ createdBefore: iso(at(9, 1)) });
  });

  it.each(['', 'since=any'])('is open for “%s”', (search) => {
    expect(periodFilterOf(paramsOf(search), now)).toEqual({});
    expect(periodOf(paramsOf(search), now)).toEqual({ start: undefined, end: undefined });
  });
});
