import { declareLimit } from '../limits.js';
import { assertRange, type Moment, malformed, nonexistent } from './moment.js';

/** Hours, optional minutes and seconds, a fraction of the last of these, and an offset. */
const timePatterns = [
  /^(\d{2})(?::(\d{2})(?::(\d{2}))?)?(?:[.,](\d+))?(z|[+\-−].*)?$/i,
  /^(\d{2})(?:(\d{2})(?:(\d{2}))?)?(?:[.,](\d+))?(z|[+\-−].*)?$/i,
];
const offsetPattern = /^([+\-−])(\d{2})(?::?(\d{2}))?$/;

const secondsOfDay = 86_400;
const maxFractionDigits = declareLimit(9, {
  section: 'Lists and statistics',
  name: 'digits in the fraction of a second of a date',
  beyond: '`GRAPHQL_VALIDATION_FAILED`, `BAD_USER_INPUT`',
});

/** Parses an RFC 3339 or ISO 8601 date-time. @throws InvalidDateTime */
export function parseAbsolute(text: string): Moment {
  const [, date, time] = /^([^T ]*)(?:[T ](.*))?$/is.exec(text)!;
  const day = parseDay(date!);
  if (day === null) throw malformedTime();
  if (time === undefined) return { seconds: day * secondsOfDay, microseconds: 0 };
  const parts = timePatterns[0]!.exec(time) ?? timePatterns[1]!.exec(time);
  if (parts === null) throw /^[\d:.,]+ \d{2}:?\d{2}$/.test(time) ? suggestEncodedPlus() : malformedTime();
  const [, hour, minute, second, fraction = '', zone = 'Z'] = parts;
  return toMoment(day, { hour: hour!, minute, second, fraction }, parseOffset(zone));
}

interface Time {
  readonly hour: string;
  readonly minute: string | undefined;
  readonly second: string | undefined;
  readonly fraction: string;
}

function toMoment(day: number, time: Time, offsetSeconds: number): Moment {
  const { hour, minute = '00', second = '00', fraction } = time;
  assertRange('hour', hour, '00', '24');
  assertRange('minute', minute, '00', '59');
  if (second !== '60') assertRange('second', second, '00', '59');
  if (fraction.length > maxFractionDigits) {
    throw malformed(`its fraction must have at most ${maxFractionDigits} digits`);
  }
  const unit = time.minute === undefined ? 3600 : time.second === undefined ? 60 : 1;
  // In billionths of the unit, which a Number can represent exactly, even for an hour.
  const nanoseconds = Number(fraction.padEnd(maxFractionDigits, '0')) * unit;
  const fullSeconds = Math.floor(nanoseconds / 1e9);
  const secondOfDay = Number(hour) * 3600 + Number(minute) * 60 + Number(second) + fullSeconds;
  if (hour === '24' && (secondOfDay > secondsOfDay || nanoseconds > 0)) {
    throw nonexistent('its hour may be 24 only in 24:00:00, the end of the day');
  }
  const seconds = day * secondsOfDay + secondOfDay - offsetSeconds;
  if (second === '60') assertLeapSecond(seconds);
  return { seconds, microseconds: Math.floor((nanoseconds % 1e9) / 1000) };
}

/** A leap second must end the last day of a month in UTC. As in PostgreSQL, it equals the following second. */
function assertLeapSecond(seconds: number): void {
  const next = new Date(seconds * 1000);
  if (seconds % secondsOfDay !== 0 || next.getUTCDate() !== 1) {
    throw nonexistent('its second may be 60 only in the last minute of a month in UTC');
  }
}

function parseOffset(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const [, sign, hours, minutes = '00'] = offsetPattern.exec(zone) ?? [];
  if (hours === undefined) throw malformed('its offset must be `Z`, or of hours and minutes as in `+05:30`');
  assertRange("offset's hour", hours, '00', '23');
  assertRange("offset's minute", minutes, '00', '59');
  return (sign === '+' ? 1 : -1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

function malformedTime() {
  return malformed(
    'it must be an RFC 3339 or ISO 8601 date-time, as in `2024-01-16T13:33:25Z`, a date, or relative, as in `-24h`, `2 days ago` or `yesterday`',
  );
}

function suggestEncodedPlus() {
  return malformed('its offset must begin with a sign: in a URL, `+` must be written as `%2B`');
}

/** ISO 8601 calendar dates, in the extended and the basic form. */
const dayPatterns = [/^(\d{4})-(\d{2})-(\d{2})$/, /^(\d{4})(\d{2})(\d{2})$/];

/**
 * Returns a date as days since 1970, or `null` for any other string.
 * @throws InvalidDateTime for a date that does not exist
 */
export function parseDay(text: string): number | null {
  const [, year, month, day] = dayPatterns[0]!.exec(text) ?? dayPatterns[1]!.exec(text) ?? [];
  if (year === undefined) {
    if (/^\d{4}(-\d{2})?$/.test(text)) throw malformed('it must name a day, as in `2024-01-16`');
    return null;
  }
  assertRange('year', year, '0001', '9999');
  assertRange('month', month!, '01', '12');
  const first = daysOf(year, Number(month) - 1);
  const count = daysOf(year, Number(month)) - first;
  if (day === '00' || Number(day) > count) throw nonexistent(`${year}-${month} has the days 01 to ${count}`);
  return first + Number(day) - 1;
}

/**
 * Returns the first day of a month as days since 1970. The constructor of Date would move years below 100 to the 20th
 * century.
 */
function daysOf(year: string, monthIndex: number): number {
  return new Date(0).setUTCFullYear(Number(year), monthIndex, 1) / 86_400_000;
}
