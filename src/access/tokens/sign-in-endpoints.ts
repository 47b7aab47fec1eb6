// The endpoints for signing in, from an issuer's discovery document, for the pages.

import type { Logger } from '../../telemetry/logger.js';
import { type Discovery, readDiscovery } from './key-source.js';

export interface SignInEndpoints {
  readonly authorization: string;
  readonly token: string;
  /**
   * Ends the issuer's own session (OpenID Connect RP-Initiated Logout 1.0); omitted if the issuer does not support it.
   */
  readonly endSession?: string;
}

interface SignInEndpointsOptions {
  readonly issuer: string;
  readonly now: () => number;
  readonly log: Logger;
}

/** Maximum time that a page waits for the endpoints. */
const timeoutMs = 2000;
const maxAgeMs = 5 * 60_000;
const retryMs = 30_000;

/**
 * Returns a function that reads the endpoints at first use, and again every few minutes. It returns `undefined` until
 * they have been read.
 */
export function createSignInEndpoints({ issuer, now, log }: SignInEndpointsOptions) {
  let endpoints: Promise<SignInEndpoints | undefined> | undefined;
  let last: SignInEndpoints | undefined;
  let refreshAt = 0;
  const read = async () => {
    try {
      last = endpointsOf(await readDiscovery(issuer, AbortSignal.timeout(timeoutMs)));
    } catch (error) {
      refreshAt = now() + retryMs;
      log.warn({ err: error, issuer }, 'reading the sign-in endpoints failed');
    }
    return last;
  };
  return (): Promise<SignInEndpoints | undefined> => {
    if (endpoints === undefined || now() >= refreshAt) {
      refreshAt = now() + maxAgeMs;
      endpoints = read();
    }
    return endpoints;
  };
}

/** @throws Error if the endpoints cannot be used for the authorization code flow with PKCE */
function endpointsOf({ document, endpoint }: Discovery): SignInEndpoints {
  // RFC 8414: if the member is omitted, support is unknown.
  const { code_challenge_methods_supported: methods = ['S256'] } = document;
  if (!Array.isArray(methods) || !methods.includes('S256'))
    throw new Error('The "code_challenge_methods_supported" of the discovery document has no "S256".');
  return {
    authorization: endpoint('authorization_endpoint'),
    token: endpoint('token_endpoint'),
    ...(document.end_session_endpoint !== undefined && { endSession: endpoint('end_session_endpoint') }),
  };
}
