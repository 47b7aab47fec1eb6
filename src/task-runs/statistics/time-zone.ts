import { validationFailed } from '../../errors/validation.js';

/** Unless a client names another. */
export const defaultTimeZone = 'UTC';

/**
 * @throws GatewayError VALIDATION_FAILED for what is neither an IANA time zone of the form Area/Location nor UTC. The
 * database would also accept abbreviations, which it interprets differently, and rules such as `ABC-3`, which hide
 * typos.
 */
export function parseTimeZone(text: string): string {
  if (text === 'UTC') return text;
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(text) || !isKnown(text)) throw unknownTimeZone();
  return text;
}

export function unknownTimeZone() {
  return validationFailed(['buckets', 'timeZone'], 'must be an IANA time zone, as in Europe/Berlin, or UTC');
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== null;
  } catch {
    return false;
  }
}
