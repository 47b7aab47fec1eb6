import { limits } from '../../limits.js';

/** A decimal as callers write it. A text can match in one way only, so that long ones cause no backtracking. */
export const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

const number = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;
const maxLength = limits.decimalLength.value;

/** @throws Error whose message says what is wrong, as the rest of a sentence */
export function parseDecimal(text: string): string {
  if (!decimal.test(text)) throw new Error('it must be a decimal number, as in `"12.50"`');
  return text;
}

/** A number of JSON or GraphQL as a decimal of the same value, without an exponent. @throws Error as {@link parseDecimal} */
export function toPlainDecimal(text: string): string {
  const [, sign = '', whole, fraction = '', exponent = '0'] = number.exec(text) ?? [];
  if (whole === undefined) throw new Error('it must be a finite number');
  const shift = Number(exponent);
  if (shift === 0) return text.replace(/e.*/i, '');
  if (Math.abs(shift) > maxLength) throw new Error(`it must have at most ${maxLength} characters without an exponent`);
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction + '0'.repeat(Math.max(0, shift));
  const point = Math.max(0, -shift) + whole.length + shift;
  const integerDigits = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  // Zeros that only fill up to the point are no scale of the number.
  const decimals = digits.slice(point, point + Math.max(0, fraction.length - shift));
  return `${sign}${integerDigits}${decimals && `.${decimals}`}`;
}
