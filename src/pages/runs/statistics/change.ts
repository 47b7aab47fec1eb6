// Decides which figures and changes mean something, for all pages.

import { formatCount } from '../../shared/format/format-quantity.js';

/** Rates and percentiles of fewer runs are noise. */
export const minRuns = 20;

/** Smaller changes are noise: in percent, and in percentage points for a rate. */
const minChange = { relative: 5, points: 1 };

/** A change in percent from which it is shown as a factor. */
const maxPercent = 999;

export interface Change {
  readonly direction: 'up' | 'down' | 'none';
  /** The size, such as `8.3 %`, `1.2 pp` or `×31`; `=` or `≈` without a direction. */
  readonly text: string;
}

/** Describes the change from one figure to another. Rates in percent change by percentage points, others relatively. */
export function changeOf(before: number, now: number, isRate = false): Change {
  const difference = now - before;
  if (difference === 0) return { direction: 'none', text: '=' };
  const direction = difference > 0 ? 'up' : 'down';
  if (!isRate && before === 0) return { direction, text: 'from 0' };
  const size = Math.abs(isRate ? difference : (difference / before) * 100);
  if (size < (isRate ? minChange.points : minChange.relative)) return { direction: 'none', text: '≈' };
  if (isRate) return { direction, text: `${size.toFixed(1)} pp` };
  return { direction, text: size > maxPercent ? `×${formatCount(Math.round(now / before))}` : percentOf(size) };
}

function percentOf(size: number): string {
  return `${size < 99.95 ? size.toFixed(1) : size.toFixed(0)} %`;
}

interface Counted {
  readonly runs: number;
}

/** Returns whether both periods have enough runs for a comparison. */
export function isComparable(before: Counted, now: Counted): boolean {
  return Math.min(before.runs, now.runs) >= minRuns;
}

/** Returns the text instead of changes, such as `3 before`, or `null` if the periods are comparable. */
export function runsBefore(before: Counted, now: Counted): string | null {
  if (isComparable(before, now)) return null;
  return `${before.runs === 0 ? 'none' : formatCount(before.runs)} before`;
}
