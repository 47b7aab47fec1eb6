import { GatewayError } from './gateway-error.js';

/** An invalid value, named by the path of arguments to it. */
export function validationFailed(loc: readonly (string | number)[], msg: string, type = 'value_error'): GatewayError {
  return new GatewayError('VALIDATION_FAILED', { detail: [{ loc, msg, type }] });
}
