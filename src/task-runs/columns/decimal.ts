import { limits } from '../../limits.js';

/** Matches decimals sent by callers. A string can match in only one way, so that long ones cause no backtracking. */
export const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

const number = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;
const maxLength = limits.decimalLength.value;

/** @throws Error with a message that completes a sentence about the value */
export function parseDecimal(text: string): string {
  if (!decimal.test(text)) throw new Error('it must be a decimal number, as in `"12.50"`');
  return text;
}

/** Returns a JSON or GraphQL number as a decimal without an exponent. @throws Error like {@link parseDecimal} */
export function toPlainDecimal(text: string): string {
  const [, sign = '', whole, fraction = '', exponent = '0'] = number.exec(text) ?? [];
  if (whole === undefined) throw new Error('it must be a finite number');
  const shift = Number(exponent);
  if (shift === 0) return text.replace(/e.*/i, '');
  if (Math.abs(shift) > maxLength) throw new Error(`it must have at most ${maxLength} characters without an exponent`);
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction + '0'.repeat(Math.max(0, shift));
  const point = Math.max(0, -shift) + whole.length + shift;
  const integerDigits = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  // Zeros added only to reach the decimal point are not part of the number's scale.
  const decimals = digits.slice(point, point + Math.max(0, fraction.length - shift));
  return `${sign}${integerDigits}${decimals && `.${decimals}`}`;
}
