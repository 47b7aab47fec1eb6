import { useEffect } from 'react';
import { periodOf as filteredPeriodOf } from '../filters/period.js';
import { setParams } from '../navigation.js';
import type { Period, Width } from './bucket-ranges.js';

const defaultPeriod = '7d';

/** Adds a default period to a URL without one, because figures for a whole year hide recent changes for the worse. */
export function useDefaultPeriod(params: URLSearchParams): void {
  const hasPeriod = ['since', 'from', 'to'].some((name) => params.has(name));
  useEffect(() => {
    if (!hasPeriod) setParams({ since: defaultPeriod }, { replace: true });
  }, [hasPeriod]);
}

/** Returns the width in the URL; by default days, or hours if the period is shorter than two days. */
export function widthOf(params: URLSearchParams): Width {
  const by = params.get('by');
  if (by === 'HOUR' || by === 'DAY' || by === 'WEEK') return by;
  const { start, end } = periodOf(params, Date.now());
  return start !== undefined && end - start < 2 * 86_400_000 ? 'HOUR' : 'DAY';
}

/** Returns the period in a URL, as of a given moment. It does not extend into the future. */
export function periodOf(params: URLSearchParams, now: number): Period {
  const { start, end = now } = filteredPeriodOf(params, now);
  return { start, end: Math.min(end, now) };
}
