import { discoveryUrlOf } from '../../access/tokens/key-source.js';
import { createSignInEndpoints, type SignInEndpoints } from '../../access/tokens/sign-in-endpoints.js';
import type { Config } from '../../config/config.js';
import type { SignIn } from '../../pages/initial-state.js';
import type { Logger } from '../../telemetry/logger.js';

/** The path to which an issuer redirects after sign-in. */
export const signedInPath = '/signed-in';

/** The settings that are the same on all pages. */
export type SignInOfPages = Omit<SignIn, 'statePrefix'>;

interface SignInOptions {
  readonly now: () => number;
  readonly log: Logger;
  readonly publicUrl: () => string;
}

/**
 * Returns a function that returns the sign-in settings for pages, or `undefined` while the issuer's endpoints are
 * unknown. The result is the same object until the endpoints are read again.
 */
export function createSignIn(
  { clientId, issuer, audience, scope }: NonNullable<Config['signIn']>,
  { now, log, publicUrl }: SignInOptions,
): () => Promise<SignInOfPages | undefined> {
  const readEndpoints = createSignInEndpoints({ issuer, now, log });
  const toSignIn = ({ authorization, token, endSession }: SignInEndpoints): SignInOfPages => ({
    issuer,
    discoveryDocument: discoveryUrlOf(issuer),
    clientId,
    scope,
    ...(audience !== undefined && { audience }),
    authorizationEndpoint: authorization,
    tokenEndpoint: token,
    redirectUri: publicUrl() + signedInPath,
    ...(endSession !== undefined && { endSessionEndpoint: endSession }),
    postLogoutRedirectUri: `${publicUrl()}/`,
  });
  let last: { readonly endpoints: SignInEndpoints; readonly signIn: SignInOfPages } | undefined;
  return async () => {
    const endpoints = await readEndpoints();
    if (endpoints === undefined) return undefined;
    if (last?.endpoints !== endpoints) last = { endpoints, signIn: toSignIn(endpoints) };
    return last.signIn;
  };
}
