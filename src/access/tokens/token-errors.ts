import { GatewayError } from '../../errors/gateway-error.js';

/** The parts of a rejected token that may be wrong. They are the values of a metric's label. */
export const tokenFaultKinds = ['form', 'issuer', 'key', 'signature', 'audience', 'time', 'claim'] as const;
type TokenFaultKind = (typeof tokenFaultKinds)[number];

/** The reason why a token was rejected, for logs and metrics. */
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
 * Returns the error for a rejected token. `reason` is for the log: a plain sentence that does not repeat any of the
 * token, whose text may come from an attacker.
 */
export function invalidToken(kind: TokenFaultKind, reason: string, options?: ErrorOptions): GatewayError {
  return new GatewayError('INVALID_TOKEN', {}, { cause: new TokenFault(kind, reason, options) });
}

/** Returns the error for a token that is valid except for its age. */
export function expiredToken(reason: string): GatewayError {
  return new GatewayError('EXPIRED_TOKEN', {}, { cause: new Error(reason) });
}
