// How a figure has changed since the period before.

import { toPlainDecimal } from '../record/decimal.js';
import type { Figures, Measure } from './measures.js';

export interface Change {
  /** A decimal: the figure minus the one before. */
  readonly absolute: string;
  /** Of the change to the figure before; null where that is zero. */
  readonly ratio: number | null;
}

/** null where either figure is, or was not selected. Of a timing, its mean. */
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

/** Exactly, with as many decimals as the longer one has. */
function subtract(minuend: string, subtrahend: string): string {
  const decimals = (text: string) => text.split('.')[1]?.length ?? 0;
  const scale = Math.max(decimals(minuend), decimals(subtrahend));
  const digitsOf = (text: string) => BigInt(text.replace('.', '') + '0'.repeat(scale - decimals(text)));
  const difference = digitsOf(minuend) - digitsOf(subtrahend);
  const digits = String(difference < 0n ? -difference : difference).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${difference < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}
