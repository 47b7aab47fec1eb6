const moment = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

/** Returns SQL for a moment in the format of the DateTime scalar. */
export function timestampSql(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/**
 * Returns a timestamp in the format of the DateTime scalar, with six decimals so that strings can be compared, or null
 * for an invalid date.
 */
export function parseTimestamp(text: string): string | null {
  const [, seconds, fraction = ''] = moment.exec(text) ?? [];
  const date = new Date(`${seconds}Z`);
  // Date converts February 30 to a day in March.
  const exists = !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(seconds!) && date.getUTCFullYear() > 0;
  return exists ? `${seconds}.${fraction.padEnd(6, '0')}Z` : null;
}

/** Returns seconds since the epoch as a timestamp of the DateTime scalar, which limits the year to 9999. */
export function timestampOfSeconds(seconds: number): string {
  const milliseconds = Math.min(seconds * 1000, Date.parse('9999-12-31T23:59:59.999Z'));
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

/**
 * Converts a UTC timestamp from PostgreSQL's JSON, which omits the zone and trailing zeros, to the format of the
 * DateTime scalar.
 */
export function timestampOfJson(timestamp: string): string {
  const point = timestamp.indexOf('.');
  const missing = point === -1 ? '.000000' : '000000'.slice(timestamp.length - point - 1);
  return `${timestamp}${missing}Z`;
}
