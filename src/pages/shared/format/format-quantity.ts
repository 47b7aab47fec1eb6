/** `1,801`; digits of any number, also as text. */
export function formatCount(count: number | string): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 run`, `2 runs`. */
export function countOf(count: number | string, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${String(count) === '1' ? noun : plural}`;
}

/** `1,234.50`: every digit of a decimal, and at least two after the point. */
export function formatCredits(credits: string): string {
  const [integer = '', fraction = ''] = credits.split('.');
  return `${formatCount(integer)}.${fraction.padEnd(2, '0')}`;
}

const roundedCredits = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const smallCredits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** `1,234.50`, and `0.00013` for less than a hundredth: as much as a summary needs. */
export function roundCredits(credits: string): string {
  const size = Math.abs(Number(credits));
  // Formatted from the text: a number would lose digits.
  return (size > 0 && size < 0.01 ? smallCredits : roundedCredits).format(credits as Intl.StringNumericLiteral);
}

/** `5.0 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `14.9536 s`: every digit but the noise of binary fractions, as in `14.953600000000002`. */
export function exactSeconds(seconds: number): string {
  return `${Number(seconds.toPrecision(12))} s`;
}

/** `15 µs`, `0.6 ms`, `150 ms`, `6.8 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds === 0) return '0 s';
  const ms = seconds * 1000;
  if (ms < 0.0995) return `${Number((ms * 1000).toPrecision(2))} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 3600 ? twoUnits(whole, 'min', 's') : twoUnits(Math.round(whole / 60), 'h', 'min');
}

/** @param count of the smaller unit, of which the larger one has 60 */
function twoUnits(count: number, larger: string, smaller: string): string {
  const rest = count % 60;
  const first = `${formatCount(Math.floor(count / 60))} ${larger}`;
  return rest === 0 ? first : `${first} ${rest} ${smaller}`;
}
