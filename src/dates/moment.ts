import { nonexistent } from './invalid-date-time.js';

/** Since 1970. */
export interface Moment {
  readonly seconds: number;
  /** Beside the seconds, below a million. */
  readonly microseconds: number;
}

const secondsOfYear1 = Date.parse('0001-01-01T00:00:00Z') / 1000;
const secondsOfYear10000 = Date.UTC(10_000, 0) / 1000;

/** As in `2024-01-16T13:33:25.247662Z`. @throws InvalidDateTime for a year before 1 or after 9999 */
export function formatMoment({ seconds, microseconds }: Moment): string {
  if (!(seconds >= secondsOfYear1 && seconds < secondsOfYear10000)) {
    throw nonexistent('its year must be from 0001 to 9999 in UTC');
  }
  const [second] = new Date(seconds * 1000).toISOString().split('.') as [string];
  return `${second}.${String(microseconds).padStart(6, '0')}Z`;
}
