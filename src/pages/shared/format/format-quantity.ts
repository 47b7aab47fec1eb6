/** Formats a count such as `1,801`. Numbers of any length can be passed as text. */
export function formatCount(count: number | string): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Returns text such as `1 run` or `2 runs`. */
export function countOf(count: number | string, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${String(count) === '1' ? noun : plural}`;
}

/** Returns all digits of a decimal, with at least two after the point, such as `1,234.50`. */
export function formatCredits(credits: string): string {
  const [integer = '', fraction = ''] = credits.split('.');
  return `${formatCount(integer)}.${fraction.padEnd(2, '0')}`;
}

const roundedCredits = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const smallCredits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** Returns credits as precisely as a summary needs: `1,234.50`, or `0.00013` for less than a hundredth. */
export function roundCredits(credits: string): string {
  const size = Math.abs(Number(credits));
  // Formats the text, because a number would lose digits.
  return (size > 0 && size < 0.01 ? smallCredits : roundedCredits).format(credits as Intl.StringNumericLiteral);
}

/** Returns text such as `5.0 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Returns all digits except the noise of binary fractions, as in `14.953600000000002`: `14.9536 s`. */
export function exactSeconds(seconds: number): string {
  return `${Number(seconds.toPrecision(12))} s`;
}

/** Returns text such as `15 µs`, `0.6 ms`, `150 ms`, `6.8 s`, `2:05 min` or `1:03 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds === 0) return '0 s';
  const ms = seconds * 1000;
  if (ms < 0.0995) return `${Number((ms * 1000).toPrecision(2))} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 3600 ? sixtieths(whole, 'min') : sixtieths(Math.round(whole / 60), 'h');
}

/** @param count in sixtieths of the unit */
function sixtieths(count: number, unit: string): string {
  const rest = count % 60;
  const whole = formatCount(Math.floor(count / 60));
  return `${rest === 0 ? whole : `${whole}:${String(rest).padStart(2, '0')}`} ${unit}`;
}
