import { assertRange, malformed, nonexistent } from './invalid-date-time.js';

/** Calendar, ordinal and week dates of ISO 8601, each in its extended form and its basic one. */
const forms: readonly (readonly [RegExp, (year: string, ...parts: string[]) => number])[] = [
  [/^(\d{4})-(\d{2})-(\d{2})$/, dayOfMonth],
  [/^(\d{4})(\d{2})(\d{2})$/, dayOfMonth],
  [/^(\d{4})-?(\d{3})$/, dayOfYear],
  [/^(\d{4})-W(\d{2})-(\d)$/i, dayOfWeek],
  [/^(\d{4})W(\d{2})(\d)$/i, dayOfWeek],
];
const dayMissing = /^\d{4}(-\d{2}|-?W\d{2})?$/i;

/** A date as days since 1970; null for what is none. @throws InvalidDateTime for one that does not exist */
export function parseDay(text: string): number | null {
  for (const [form, toDay] of forms) {
    const [, year, ...parts] = form.exec(text) ?? [];
    if (year === undefined) continue;
    assertRange('year', year, '0001', '9999');
    return toDay(year, ...parts);
  }
  if (dayMissing.test(text)) throw malformed('it must name a day, as in `2024-01-16`');
  return null;
}

function dayOfMonth(year: string, month: string, day: string): number {
  assertRange('month', month, '01', '12');
  const first = daysOf(year, Number(month) - 1, 1);
  const count = daysOf(year, Number(month), 1) - first;
  if (day === '00' || Number(day) > count) throw nonexistent(`${year}-${month} has the days 01 to ${count}`);
  return first + Number(day) - 1;
}

function dayOfYear(year: string, day: string): number {
  const first = daysOf(year, 0, 1);
  const count = daysOf(year, 12, 1) - first;
  if (day === '000' || Number(day) > count) throw nonexistent(`${year} has the days 001 to ${count}`);
  return first + Number(day) - 1;
}

function dayOfWeek(year: string, week: string, weekday: string): number {
  assertRange('weekday', weekday, '1', '7');
  const first = mondayOfWeek1(Number(year));
  const count = (mondayOfWeek1(Number(year) + 1) - first) / 7;
  if (week === '00' || Number(week) > count) throw nonexistent(`${year} has the weeks 01 to ${count}`);
  return first + (Number(week) - 1) * 7 + Number(weekday) - 1;
}

/** The week that has the 4th of January. */
function mondayOfWeek1(year: number): number {
  const fourth = daysOf(String(year), 0, 4);
  // 1970-01-01 was a Thursday.
  const weekday = (((fourth + 3) % 7) + 7) % 7;
  return fourth - weekday;
}

/** Since 1970. A Date's constructor would take years below 100 for those of the 20th century. */
function daysOf(year: string, monthIndex: number, day: number): number {
  return new Date(0).setUTCFullYear(Number(year), monthIndex, day) / 86_400_000;
}
