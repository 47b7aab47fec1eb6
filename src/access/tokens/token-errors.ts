import { GatewayError } from '../../errors/gateway-error.js';

/** The parts of a rejected token that may be wrong: the values of a label in metrics. */
export const tokenFaultKinds = ['form', 'issuer', 'key', 'signature', 'audience', 'time', 'claim'] as const;
type TokenFaultKind = (typeof tokenFaultKinds)[number];

/** Why a token was rejected, for log and metrics. */
export class TokenFault extends Error {
  constructor(
    readonly kind: TokenFaultKind,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

/**
 * Returns the error for a rejected token. `reason` is for the log: a plain sentence that repeats nothing of the token,
 * whose text is an attacker's to choose.
 */
export function invalidToken(kind: TokenFaultKind, reason: string, options?: ErrorOptions): GatewayError {
  return new GatewayError('INVALID_TOKEN', {}, { cause: new TokenFault(kind, reason, options) });
}

/** Returns the error for a token that is valid but for its age. */
export function expiredToken(reason: string): GatewayError {
  return new GatewayError('EXPIRED_TOKEN', {}, { cause: new Error(reason) });
}
