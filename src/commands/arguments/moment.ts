import { parseDateTime } from '../../dates/parse-date-time.js';

/**
 * Returns the moment that the value of an option names, in UTC with six digits of a second.
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
