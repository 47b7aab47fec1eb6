import { parseDateTime } from '../../dates/parse-date-time.js';

/**
 * Returns the moment that an option's value specifies, in UTC with six decimal places of a second.
 * @param now milliseconds since 1970
 * @throws Error whose message is a predicate
 */
export function parseMoment(text: string, now: number): string {
  try {
    return parseDateTime(text).at(now);
  } catch (error) {
    throw new Error(`is not a date: ${(error as Error).message}.`);
  }
}
