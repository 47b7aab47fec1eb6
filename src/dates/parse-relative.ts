import type { Moment } from './moment.js';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const week = 7 * day;

const unitOf: Readonly<Record<string, number>> = { h: hour, d: day, w: week };

/** Milliseconds since 1970 for each keyword in lower case. */
const keywords: Readonly<Record<string, (now: number) => number>> = {
  now: (now) => now,
  today: startOfDay,
  yesterday: (now) => startOfDay(now) - day,
  'last week': (now) => now - week,
  'last month': oneMonthBefore,
};

/**
 * Returns a function from the time in milliseconds since 1970 to the moment, or `null` for a string that is not
 * relative.
 */
export function parseRelative(text: string): ((now: number) => Moment) | null {
  const millisecondsAt = parseMilliseconds(text.toLowerCase());
  return millisecondsAt && ((now) => toMoment(millisecondsAt(now)));
}

function parseMilliseconds(text: string): ((now: number) => number) | null {
  if (Object.hasOwn(keywords, text)) return keywords[text]!;
  const [, count, unit] = /^-(\d+)([hdw])$/.exec(text) ?? /^(\d+) (hour|day|week)s? ago$/.exec(text) ?? [];
  if (unit === undefined) return null;
  const duration = Number(count) * unitOf[unit[0]!]!;
  return (now) => now - duration;
}

function startOfDay(now: number): number {
  return Math.floor(now / day) * day;
}

/** Returns the same day of the previous month, or its last day if it is shorter. */
function oneMonthBefore(now: number): number {
  const date = new Date(now);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 0)).getUTCDate();
  date.setUTCMonth(date.getUTCMonth() - 1, Math.min(date.getUTCDate(), lastDay));
  return date.valueOf();
}

function toMoment(milliseconds: number): Moment {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, microseconds: Math.floor(milliseconds - seconds * 1000) * 1000 };
}
