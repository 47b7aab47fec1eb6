import { GatewayError } from '../../errors/gateway-error.js';

/**
 * A rejected token. `why` is for the log: one plain sentence that repeats nothing of the token, because
 * whoever wrote the token wrote that too.
 */
export function invalidToken(why: string, options?: ErrorOptions): GatewayError {
  return new GatewayError('INVALID_TOKEN', {}, { cause: new Error(why, options) });
}

/** A token that is valid but for its age. */
export function expiredToken(why: string): GatewayError {
  return new GatewayError('EXPIRED_TOKEN', {}, { cause: new Error(why) });
}
