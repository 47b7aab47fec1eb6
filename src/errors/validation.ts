import type { ValidationDetail } from './error-details.js';
import { GatewayError } from './gateway-error.js';

/** Longer values are not quoted in messages. */
const maxQuotedLength = 40;

/**
 * Returns the error for an invalid value.
 * @param loc path of arguments to the value; in REST after `query`, `header` or `body`
 * @param msg the predicate of a sentence about the value that describes valid values: `must be between 1 and 100`
 */
export function validationFailed(loc: readonly (string | number)[], msg: string, type = 'value_error'): GatewayError {
  return invalidValues([{ loc, msg, type }]);
}

/** Returns one error for several invalid values. @param detail at least one; the message contains the first */
export function invalidValues(detail: readonly ValidationDetail[]): GatewayError {
  const [{ loc, msg }, ...others] = detail as [ValidationDetail, ...ValidationDetail[]];
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return new GatewayError('VALIDATION_FAILED', { detail }, { message: `${subjectOf(loc)} ${msg}${more}.` });
}

/** Returns the error for a malformed id. */
export function malformedId(argument: string, value: unknown): GatewayError {
  const message = `\`${argument}\` must be 8-4-4-4-12 hexadecimal digits${orNot(value)}.`;
  return new GatewayError('MALFORMED_RESOURCE_IDENTIFIER', { argument }, { message });
}

/**
 * Returns the end of a message that quotes the given value: `, not 500`. It is empty for a value that is too long to be
 * readable. Values of `search`, `reference`, `contextId` and conditions on JSON are payload and must not be quoted.
 */
export function orNot(value: unknown): string {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return '';
  if (String(value).length > maxQuotedLength) return '';
  return `, not ${JSON.stringify(value)}`;
}

/**
 * Returns the predicate of an error whose message is about the whole value, "it must be …", or about a part of it, "its
 * month must be …".
 */
export function predicateOf({ message }: Error, value?: unknown): string {
  return message.startsWith('it ') ? `${message.slice('it '.length)}${orNot(value)}` : `is invalid: ${message}`;
}

const wholes: Readonly<Record<string, string>> = {
  query: 'The operation',
  variables: 'The variables',
  body: 'The body',
};
const restPlaces = ['query', 'header', 'body'];

/** Returns the value as the subject of a sentence: `filter.OR[0].reference`, in backticks. */
function subjectOf(loc: ValidationDetail['loc']): string {
  const whole = loc.length === 1 ? wholes[loc[0]!] : undefined;
  if (whole !== undefined) return whole;
  const [first, ...rest] = restPlaces.includes(String(loc[0])) ? loc.slice(1) : loc;
  return `\`${first}${rest.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')}\``;
}
