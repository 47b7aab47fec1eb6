/** A moment in UTC. */
export interface Moment {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** The fraction of the second, below a million. */
  readonly microseconds: number;
}

const secondsOfYear1 = Date.parse('0001-01-01T00:00:00Z') / 1000;
const secondsOfYear10000 = Date.UTC(10_000, 0) / 1000;

/** Formats a moment, as in `2024-01-16T13:33:25.247662Z`. @throws InvalidDateTime for a year before 1 or after 9999 */
export function formatMoment({ seconds, microseconds }: Moment): string {
  if (!(seconds >= secondsOfYear1 && seconds < secondsOfYear10000)) {
    throw nonexistent('its year must be from 0001 to 9999 in UTC');
  }
  const [second] = new Date(seconds * 1000).toISOString().split('.') as [string];
  return `${second}.${String(microseconds).padStart(6, '0')}Z`;
}

/** The fault of a date-time, as the end of a sentence: "its month must be from 01 to 12". */
export class InvalidDateTime extends Error {
  /** @param isWellFormed whether the string has the form of a date-time, but specifies a moment that does not exist */
  constructor(
    message: string,
    readonly isWellFormed: boolean,
  ) {
    super(message);
  }
}

export function malformed(message: string): InvalidDateTime {
  return new InvalidDateTime(message, false);
}

export function nonexistent(message: string): InvalidDateTime {
  return new InvalidDateTime(message, true);
}

/** @throws InvalidDateTime that names the range */
export function assertRange(name: string, digits: string, min: string, max: string): void {
  if (digits < min || digits > max) throw nonexistent(`its ${name} must be from ${min} to ${max}`);
}
