// The change in a figure since the previous period.

import { toPlainDecimal } from '../columns/decimal.js';
import type { Figures, Measure } from './measures.js';

export interface Change {
  /** The figure minus the previous one, as a decimal. */
  readonly absolute: string;
  /** Ratio of the change to the previous figure, or null if that is zero. */
  readonly ratio: number | null;
}

/** Returns the change (for timings, in the mean), or null if either figure is null or was not selected. */
export function changeOf(measure: Measure, current: Figures, previous: Figures): Change | null {
  const [to, from] = [decimalOf(current[measure]), decimalOf(previous[measure])];
  if (to === null || from === null) return null;
  const absolute = subtract(to, from);
  return { absolute, ratio: Number(from) === 0 ? null : Number(absolute) / Number(from) };
}

function decimalOf(figure: Figures[Measure]): string | null {
  const value = typeof figure === 'object' && figure !== null ? figure.avg : figure;
  if (value === undefined || value === null) return null;
  return typeof value === 'number' ? toPlainDecimal(String(value)) : value;
}

/** Subtracts exactly, keeping the larger number of decimal places. */
function subtract(minuend: string, subtrahend: string): string {
  const decimals = (text: string) => text.split('.')[1]?.length ?? 0;
  const scale = Math.max(decimals(minuend), decimals(subtrahend));
  const digitsOf = (text: string) => BigInt(text.replace('.', '') + '0'.repeat(scale - decimals(text)));
  const difference = digitsOf(minuend) - digitsOf(subtrahend);
  const digits = String(difference < 0n ? -difference : difference).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${difference < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}
