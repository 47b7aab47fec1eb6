import { GatewayError } from './gateway-error.js';

/** A value that cannot be accepted, named by the arguments that lead to it. */
export function validationFailed(loc: readonly (string | number)[], msg: string, type = 'value_error'): GatewayError {
  return new GatewayError('VALIDATION_FAILED', { detail: [{ loc, msg, type }] });
}
