import { GatewayError } from '../../errors/gateway-error.js';

/**
 * A rejected token. `why` is for the log: one plain sentence that repeats nothing of the token, because
 * whoever wrote the token wrote that too.
 */
export function invalidToken(reason: string, options?: ErrorOptions): GatewayError {
  return new GatewayError('INVALID_TOKEN', {}, { cause: new Error(reason, options) });
}

/** A token that is valid but for its age. */
export function expiredToken(reason: string): GatewayError {
  return new GatewayError('EXPIRED_TOKEN', {}, { cause: new Error(reason) });
}
