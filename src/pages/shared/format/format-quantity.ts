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

/** `5.0 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `1.346 s`, and every digit of it but the noise of binary fractions, as in `14.953600000000002`. */
export function formatSeconds(seconds: number | null): string | null {
  return seconds === null ? null : `${Number(seconds.toPrecision(12))} s`;
}

/** Rounds to milliseconds, and what is shorter than a second to three digits: figures that are compared in columns. */
export function roundSeconds(seconds: number | null | undefined): number | null {
  if (seconds == null) return null;
  return Number(seconds >= 1 ? seconds.toFixed(3) : seconds.toPrecision(3));
}
