const moment = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/;

/** Returns SQL for a moment in the form of the DateTime scalar. */
export function timestampSql(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Returns a timestamp in the form of the DateTime scalar, comparable by its six digits; null for an invalid date. */
export function parseTimestamp(text: string): string | null {
  const [, seconds, fraction = ''] = moment.exec(text) ?? [];
  const date = new Date(`${seconds}Z`);
  // Date converts the 30th of February to the 1st of March.
  const exists = !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(seconds!) && date.getUTCFullYear() > 0;
  return exists ? `${seconds}.${fraction.padEnd(6, '0')}Z` : null;
}

/** Returns seconds since the epoch as a timestamp of the DateTime scalar, whose year is limited to 9999. */
export function timestampOfSeconds(seconds: number): string {
  const milliseconds = Math.min(seconds * 1000, Date.parse('9999-12-31T23:59:59.999Z'));
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

/**
 * Converts a timestamp in UTC from PostgreSQL's JSON, which omits the zone and trailing zeros, to the form of the
 * DateTime scalar. One that is infinite or outside the years 1 to 9999 gets the form that PostgreSQL accepts.
 */
export function timestampOfJson(timestamp: string): string {
  if (timestamp.endsWith('infinity')) return timestamp;
  const era = timestamp.endsWith(' BC') ? ' BC' : '';
  const time = era === '' ? timestamp : timestamp.slice(0, -era.length);
  const point = time.indexOf('.');
  const missing = point === -1 ? '.000000' : '000000'.slice(time.length - point - 1);
  return `${time}${missing}Z${era}`;
}

/** Whether a result of {@link timestampOfJson} has the form of the DateTime scalar. */
export function isDateTime(timestamp: string): boolean {
  return timestamp.length === '2024-01-16T13:33:25.247662Z'.length;
}

/** Whether a text is a possible result of {@link timestampOfJson}. */
export function isStoredTimestamp(text: string): boolean {
  if (text === 'infinity' || text === '-infinity') return true;
  const [, digits = '', rest = '', era] = /^(\d{4,6})(-.{21}Z)( BC)?$/.exec(text) ?? [];
  const year = Number(digits);
  const isInRange = era ? year < 4714 || (year === 4714 && rest >= '-11-24') : year <= 294_276;
  // Calendars repeat every 400 years, and the year before 1 is 1 BC.
  const sameCalendar = 2000 + ((era ? 400 * 12 + 1 - year : year) % 400);
  return year > 0 && isInRange && parseTimestamp(`${sameCalendar}${rest}`) !== null;
}
