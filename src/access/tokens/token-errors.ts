import { GatewayError } from '../../errors/gateway-error.js';

/**
 * Returns the error for a rejected token. `reason` is for the log: a plain sentence that repeats nothing of the token,
 * whose text is an attacker's to choose.
 */
export function invalidToken(reason: string, options?: ErrorOptions): GatewayError {
  return new GatewayError('INVALID_TOKEN', {}, { cause: new Error(reason, options) });
}

/** Returns the error for a token that is valid but for its age. */
export function expiredToken(reason: string): GatewayError {
  return new GatewayError('EXPIRED_TOKEN', {}, { cause: new Error(reason) });
}
