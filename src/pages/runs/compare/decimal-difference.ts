/**
 * Returns all digits of the difference between two decimals, such as `+0.25` or `−1`, or `null` if they are equal or
 * one is not a decimal.
 */
export function decimalDifference(before: string | null, after: string | null): string | null {
  const parts = [before, after].map((text) => /^(-?)(\d+)(?:\.(\d+))?$/.exec(text ?? ''));
  if (parts.some((part) => part === null)) return differenceOfNumbers(before, after);
  const digits = Math.max(...parts.map((part) => part![3]?.length ?? 0));
  const [old, fresh] = parts.map((part) => BigInt(part![1]! + part![2]! + (part![3] ?? '').padEnd(digits, '0')));
  const difference = fresh! - old!;
  if (difference === 0n) return null;
  const text = String(difference < 0n ? -difference : difference).padStart(digits + 1, '0');
  const integer = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).replace(/0+$/, '');
  return `${difference < 0n ? '−' : '+'}${integer}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Returns the difference between numbers that JavaScript writes with an exponent. */
function differenceOfNumbers(before: string | null, after: string | null): string | null {
  const difference = Number(after) - Number(before);
  if (before === null || after === null || difference === 0 || Number.isNaN(difference)) return null;
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference)}`;
}
