const moment = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

/** A timestamp in the form of the DateTime scalar, its six digits make texts comparable; null for a date that does not exist. */
export function parseTimestamp(text: string): string | null {
  const [, seconds, fraction = ''] = moment.exec(text) ?? [];
  const date = new Date(`${seconds}Z`);
  // A Date takes the 30th of February for the 1st of March.
  const exists = !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(seconds!) && date.getUTCFullYear() > 0;
  return exists ? `${seconds}.${fraction.padEnd(6, '0')}Z` : null;
}

/**
 * A timestamp in UTC as PostgreSQL writes it in JSON, without a zone and trailing zeros of the second, in the same
 * form. One without such a form, infinite or of a year before 1 or after 9999, is returned unchanged.
 */
export function timestampOfJson(timestamp: string): string {
  if (timestamp[4] !== '-' || timestamp.endsWith('BC')) return timestamp;
  if (timestamp.length === '2024-01-16T13:33:25.247662'.length) return `${timestamp}Z`;
  const [seconds, fraction = ''] = timestamp.split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
}
