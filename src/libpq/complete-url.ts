import { toConnectionTarget } from './connection-target.js';
import { formatConnectionUrl, parseConnectionUrl } from './connection-url.js';
import type { Parameters } from './parameters.js';
import { readTlsOptions } from './tls-options.js';

/**
 * The URL with what it leaves open set to what variables say.
 * @throws Error with what is wrong with it, as the end of a sentence: also a certificate that cannot be read
 */
export function completeConnectionUrl(url: string, variables: Parameters): string {
  const given = parseConnectionUrl(url);
  const complete = { ...variables, ...given };
  const { tls } = toConnectionTarget(complete);
  if (tls !== undefined) readTlsOptions(tls);
  const isComplete = Object.keys(complete).length === Object.keys(given).length;
  return isComplete ? url : formatConnectionUrl(complete);
}
