// The period in a URL: `since` names one that ends now or a calendar period, `from` and `to` specify any other.

import type { TaskRunFilter } from '../operations.js';

/** The value of `since` for no period, on pages with a default period. */
export const anyTime = 'any';

/** Values of `since`, with their labels. */
export const periods = [
  ['1h', 'last hour'],
  ['24h', 'last 24 hours'],
  ['evening', 'since 18:00 yesterday'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
  ['90d', 'last 90 days'],
  ['today', 'today'],
  ['yesterday', 'yesterday'],
  ['week', 'this week'],
  ['last-week', 'last week'],
  ['month', 'this month'],
  ['last-month', 'last month'],
] as const;

/** Returns the label of a value of `since`, or `undefined` for another one. */
export function nameOfSince(since: string | null | undefined): string | undefined {
  return periods.find(([value]) => value === since)?.[1];
}

/** A period in milliseconds since 1970. */
export interface Period {
  /** `undefined` if it starts with the first run. */
  readonly start: number | undefined;
  /** `undefined` if it is open-ended. */
  readonly end: number | undefined;
}

const secondsPer: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Returns the period in a URL, as of a given moment. `from` and `to` take precedence over `since`. */
export function periodOf(params: URLSearchParams, now: number): Period {
  if (hasRange(params)) return { start: timeOf(params.get('from')), end: timeOf(params.get('to')) };
  const since = params.get('since') ?? anyTime;
  const [, count, unit = ''] = /^(\d+)([mhdw])$/.exec(since) ?? [];
  if (count !== undefined) return { start: now - Number(count) * secondsPer[unit]! * 1000, end: undefined };
  return calendarPeriod(since, new Date(now));
}

/** Returns the API filter for the period in a URL. */
export function periodFilterOf(params: URLSearchParams, now: number): TaskRunFilter {
  if (hasRange(params)) {
    const [from, to] = [params.get('from'), params.get('to')];
    return { ...(from && { createdAfter: from }), ...(to && { createdBefore: to }) };
  }
  const since = params.get('since') ?? anyTime;
  if (since === anyTime) return {};
  const { start, end } = calendarPeriod(since, new Date(now));
  // The API accepts times such as `-7d`, and rejects unknown names.
  if (start === undefined) return { createdAfter: `-${since}` };
  return {
    createdAfter: new Date(start).toISOString(),
    ...(end !== undefined && { createdBefore: new Date(end).toISOString() }),
  };
}

/** Returns parameters whose period no longer moves with the clock. */
export function withFixedPeriod(params: URLSearchParams, now: number): URLSearchParams {
  if (hasRange(params)) return params;
  const fixed = new URLSearchParams(params);
  const { start, end = now } = periodOf(params, now);
  fixed.delete('since');
  if (start !== undefined) fixed.set('from', new Date(start).toISOString());
  fixed.set('to', new Date(end).toISOString());
  return fixed;
}

/** Returns whether the URL specifies the period by its start or end. */
export function hasRange(params: URLSearchParams): boolean {
  return params.has('from') || params.has('to');
}

function timeOf(text: string | null): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Returns a calendar period in the browser's time zone. Weeks begin on Monday. */
function calendarPeriod(name: string, now: Date): Period {
  const dayBegin = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
  const monthBegin = (months: number) => new Date(now.getFullYear(), now.getMonth() + months, 1).getTime();
  const monday = -((now.getDay() + 6) % 7);
  switch (name) {
    case 'evening':
      return { start: new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1, 18).getTime(), end: undefined };
    case 'today':
      return { start: dayBegin(0), end: undefined };
    case 'yesterday':
      return { start: dayBegin(-1), end: dayBegin(0) };
    case 'week':
      return { start: dayBegin(monday), end: undefined };
    case 'last-week':
      return { start: dayBegin(monday - 7), end: dayBegin(monday) };
    case 'month':
      return { start: monthBegin(0), end: undefined };
    case 'last-month':
      return { start: monthBegin(-1), end: monthBegin(0) };
    default:
      return { start: undefined, end: undefined };
  }
}
