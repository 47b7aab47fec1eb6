// From a bearer token to its caller, or an error. The issuer is found by the exact `iss` string, and then only its own
// keys and rules count.

import { type CryptoKey, compactVerify, errors } from 'jose';
import type { IssuerConfig } from '../../config.js';
import type { Logger } from '../../telemetry/logger.js';
import type { Caller } from '../caller.js';
import { toCaller } from './caller-claims.js';
import { createIssuerKeys } from './issuer-keys.js';
import { assertAcceptableClaims, assertNotExpired } from './token-claims.js';
import { invalidToken } from './token-errors.js';
import { parseToken } from './token-header.js';

export interface TokenVerifier {
  /**
   * @throws GatewayError INVALID_TOKEN or EXPIRED_TOKEN with the true cause as `cause`, SERVICE_UNAVAILABLE when the
   * issuer's keys could not be fetched yet
   */
  verify(token: string): Promise<Caller>;
}

export interface TokenVerifierOptions {
  readonly issuers: readonly IssuerConfig[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

export function createTokenVerifier({ issuers, now, log }: TokenVerifierOptions): TokenVerifier {
  const trusted = new Map(
    issuers.map((issuer) => [issuer.issuer, { issuer, keys: createIssuerKeys({ issuer, now, log }) }]),
  );
  return {
    async verify(token) {
      const { algorithm, keyId, claims } = parseToken(token);
      const { issuer, keys } = trusted.get(claims.iss as string) ?? unknownIssuer(claims.iss, issuers);
      if (!(await isSigned(token, await keys.find(algorithm, keyId), algorithm))) {
        const newer = await keys.findNewer(algorithm, keyId);
        if (newer === null || !(await isSigned(token, newer, algorithm))) {
          throw invalidToken('The signature of the token is not valid.');
        }
      }

      const nowSeconds = now() / 1000;
      assertAcceptableClaims(claims, issuer, nowSeconds);
      const caller = toCaller(claims, issuer);
      assertNotExpired(caller.expiresAt, nowSeconds);
      return caller;
    },
  };
}

async function isSigned(token: string, key: CryptoKey, algorithm: string): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
    return true;
  } catch (fault) {
    // Anything but the library's own errors is a fault of this program, not of the token.
    if (fault instanceof errors.JOSEError) return false;
    throw fault;
  }
}

function unknownIssuer(iss: unknown, issuers: readonly IssuerConfig[]): never {
  const near = issuers.find(({ issuer }) => iss === `${issuer}/` || (typeof iss === 'string' && issuer === `${iss}/`));
  if (near) throw invalidToken(`The "iss" differs from the issuer ${near.issuer} by the slash at its end.`);
  throw invalidToken('The "iss" of the token is not a trusted issuer.');
}
