// Parses the date-times of clients, for all APIs. Keeps microseconds, which a JavaScript Date would truncate.

import { declareLimit } from '../limits.js';
import { formatMoment, malformed } from './moment.js';
import { parseAbsolute } from './parse-absolute.js';
import { parseRelative } from './parse-relative.js';

export interface ParsedDateTime {
  /** Whether it depends on the current time. */
  readonly isRelative: boolean;
  /**
   * Returns the moment in UTC with six decimal places of a second, as in `2024-01-16T13:33:25.247662Z`, so that
   * comparing strings compares moments.
   * @param now milliseconds since 1970
   * @throws InvalidDateTime for a year before 1 or after 9999
   */
  at(now: number): string;
}

/** Longer than any valid date. */
const maxLength = declareLimit(64, {
  section: 'Lists and statistics',
  name: 'characters of a date in an argument',
  beyond: '`GRAPHQL_VALIDATION_FAILED`, `BAD_USER_INPUT`',
});

/**
 * Parses the RFC 3339 and ISO 8601 forms that specify a moment by a calendar date. They are in UTC if they have no
 * offset, and a date without a time means its midnight. Also parses times relative to now, such as `-24h`, `2 days ago`
 * and `yesterday`.
 * @throws InvalidDateTime
 */
export function parseDateTime(text: string): ParsedDateTime {
  if (text.length > maxLength) throw malformed(`it must have at most ${maxLength} characters`);
  const momentAt = parseRelative(text);
  if (momentAt !== null) return { isRelative: true, at: (now) => formatMoment(momentAt(now)) };
  const timestamp = formatMoment(parseAbsolute(text));
  return { isRelative: false, at: () => timestamp };
}
