import { orNot, validationFailed } from '../../errors/validation.js';

/** The time zone used if a client sends none. */
export const defaultTimeZone = 'UTC';

/**
 * Parses UTC or an IANA time zone of the form Area/Location. The database would also accept abbreviations, which it
 * interprets differently, and rules such as `ABC-3`, which hide typos.
 * @throws GatewayError VALIDATION_FAILED for any other text
 */
export function parseTimeZone(text: string): string {
  if (text === 'UTC') return text;
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(text) || !isKnown(text)) throw unknownTimeZone(text);
  return text;
}

export function unknownTimeZone(timeZone?: string) {
  return validationFailed(
    ['buckets', 'timeZone'],
    `must be UTC or an IANA time zone such as Europe/Berlin${orNot(timeZone)}`,
  );
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== null;
  } catch {
    return false;
  }
}
