// The period of a report: `start_date` to `end_date`, days in `time_zone`.

import { formatMoment, InvalidDateTime } from '../../dates/moment.js';
import { parseDay } from '../../dates/parse-absolute.js';
import { parseDateTime } from '../../dates/parse-date-time.js';
import { startOfZonedDay, zonedDayOf } from '../../dates/zoned-day.js';
import { predicateOf, validationFailed } from '../../errors/validation.js';
import { defaultTimeZone, parseTimeZone } from '../../task-runs/statistics/time-zone.js';
import type { JsonSchema } from '../openapi/operation.js';
import { objectOf } from '../openapi/schemas.js';
import { rethrowWithNames } from '../rest-names.js';

const forms =
  '`YYYY-MM-DD`, `now`, `today`, `yesterday`, `N hours ago`, `N days ago`, `N weeks ago`, `last week`, `last month`, or ' +
  'an RFC 3339 date-time';

export const periodParameters: Readonly<Record<string, JsonSchema>> = {
  start_date: {
    type: 'string',
    default: '7 days ago',
    examples: ['2026-10-01'],
    description: `The start of the period, inclusive: ${forms}.`,
  },
  end_date: {
    type: 'string',
    default: 'now',
    examples: ['2026-10-31'],
    description:
      'The end of the period, exclusive, in the same formats as `start_date`. A date without a time includes the whole day.',
  },
  time_zone: {
    type: 'string',
    default: defaultTimeZone,
    examples: ['Europe/Berlin'],
    description: 'The IANA time zone in which days begin.',
  },
};

export const dateRangeSchema = objectOf({
  start_date: { type: 'string', format: 'date-time', description: 'The start of the period, inclusive.' },
  end_date: { type: 'string', format: 'date-time', description: 'The end of the period, not included.' },
});

export interface PeriodQuery {
  readonly start_date: string;
  readonly end_date: string;
  readonly time_zone: string;
}

export interface ReportPeriod {
  readonly createdAfter: string;
  readonly createdBefore: string;
  readonly timeZone: string;
}

/**
 * @param now milliseconds since 1970
 * @throws GatewayError VALIDATION_FAILED that names the parameter
 */
export function readPeriod({ start_date, end_date, time_zone }: PeriodQuery, now: number): ReportPeriod {
  const timeZone = readTimeZone(time_zone);
  const createdAfter = readDate('start_date', start_date, { timeZone, now, isEnd: false });
  const createdBefore = readDate('end_date', end_date, { timeZone, now, isEnd: true });
  // The end of a day is always after its start.
  const isDay = parseZonedDay(end_date, timeZone, now) !== null;
  if (isDay ? createdAfter >= createdBefore : createdAfter > createdBefore) {
    throw validationFailed(['query', 'start_date'], 'must not be later than `end_date`');
  }
  return { createdAfter, createdBefore, timeZone };
}

function readTimeZone(text: string): string {
  try {
    return parseTimeZone(text);
  } catch (error) {
    return rethrowWithNames(() => ['time_zone'])(error);
  }
}

interface DateReading {
  readonly timeZone: string;
  readonly now: number;
  /** Whether a day stands for its end instead of its start. */
  readonly isEnd: boolean;
}

function readDate(name: string, text: string, { timeZone, now, isEnd }: DateReading): string {
  try {
    const day = parseZonedDay(text, timeZone, now);
    if (day === null) return parseDateTime(text).at(now);
    return formatMoment({ seconds: startOfZonedDay(isEnd ? day + 1 : day, timeZone) / 1000, microseconds: 0 });
  } catch (error) {
    if (!(error instanceof InvalidDateTime)) throw error;
    throw validationFailed(['query', name], predicateOf(error, text));
  }
}

/** Returns milliseconds since 1970, or `null` for a string that is not a day. */
function parseZonedDay(text: string, timeZone: string, now: number): number | null {
  const word = text.toLowerCase();
  if (word === 'today') return zonedDayOf(now, timeZone);
  if (word === 'yesterday') return zonedDayOf(now, timeZone) - 1;
  return parseDay(text);
}
