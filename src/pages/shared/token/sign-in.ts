// Signing in at an issuer with the authorization code flow and PKCE (RFC 7636). Until the issuer redirects back, the
// session storage contains what is needed to continue. The local storage contains a flag while this browser is signed
// in. Neither ever contains a token.

import type { SignIn } from '../../initial-state.js';
import { gatewayUrl, initialState, pathBelowRoot } from '../initial-state-of-page.js';
import { assertIdToken } from './id-token.js';
import { readPayload } from './token-claims.js';
import type { Tokens } from './tokens.js';

const tripKey = 'sign-in';
/** Whether this browser has signed in and not signed out. If so, a tab without a token asks the issuer. */
const flagKey = 'task-runs:signed-in';

interface Trip {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The page on which it began. */
  readonly returnTo: string;
  /** Whether the issuer shows nothing, and a failure is not an error because users can sign in manually. */
  readonly isSilent: boolean;
}

/** The error if the issuer cannot be reached, so that the same request may succeed later. */
export class UnreachableIssuerError extends Error {
  override readonly name = 'UnreachableIssuerError';
}

/** Browsers compute digests only over HTTPS and on this machine, and may be configured to store nothing. */
export const canSignIn = initialState.signIn !== undefined && isSecureContext && hasStorage();

/** Redirects to the issuer. */
export async function beginSignIn({ isSilent = false } = {}): Promise<void> {
  const { clientId, scope, audience, authorizationEndpoint, redirectUri, statePrefix } = initialState.signIn!;
  const [state, nonce, verifier] = [statePrefix + randomText(), randomText(), randomText()];
  const trip: Trip = { state, nonce, verifier, returnTo: location.href, isSilent };
  sessionStorage.setItem(tripKey, JSON.stringify(trip));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const url = urlWith(authorizationEndpoint, {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: toBase64Url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    ...(audience !== undefined && { audience }),
    ...(isSilent && { prompt: 'none' }),
  });
  // The return from a silent sign-in replaces this page in the history.
  if (isSilent) location.replace(url);
  else location.assign(url);
}

/**
 * If this browser is signed in, redirects to the issuer and back without user interaction.
 * @returns whether the page is left
 */
export async function trySilentSignIn(): Promise<boolean> {
  if (!canSignIn || localStorage.getItem(flagKey) === null) return false;
  // The issuer did not redirect back from this tab's previous attempt, for example because it showed its own error
  // page.
  if (readTrip()?.isSilent) {
    takeTrip();
    forgetSignIn();
    return false;
  }
  if (!(await isReachable(initialState.signIn!.discoveryDocument))) return false;
  await beginSignIn({ isSilent: true });
  return true;
}

const reachableWithinMs = 3000;

/**
 * Checks first, because otherwise the browser would get stuck on its own error page. The discovery document always
 * exists, so that browsers do not log an error as for other requests to an issuer.
 */
function isReachable(url: string): Promise<boolean> {
  const signal = AbortSignal.timeout(reachableWithinMs);
  return fetch(url, { mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal }).then(
    () => true,
    () => false,
  );
}

/**
 * Resumes a sign-in after the issuer has redirected back, at the URL where it began.
 * @returns the tokens, or rejects with the reason. Resolves to `undefined` if a silent sign-in failed. Returns
 * `undefined` without a promise on any other page.
 */
export function resumeSignIn(): Promise<Tokens | undefined> | undefined {
  if (!canSignIn || pathBelowRoot() !== 'signed-in') return undefined;
  const parameters = new URLSearchParams(location.search);
  const trip = takeTrip();
  // Immediately, so that the code does not get into the history, and the page's scripts read the original URL.
  history.replaceState(null, '', trip?.returnTo ?? gatewayUrl(initialState.hasRuns ? '' : 'graphql'));
  return exchangeCode(initialState.signIn!, trip, parameters).then(
    (tokens) => {
      localStorage.setItem(flagKey, '1');
      return tokens;
    },
    (error) => {
      if (!trip?.isSilent) throw error;
      forgetSignIn();
      return undefined;
    },
  );
}

/** After this, tabs without a token no longer ask the issuer. */
export function forgetSignIn(): void {
  if (canSignIn) localStorage.removeItem(flagKey);
}

/**
 * Redirects to the issuer, which ends its session and redirects back to the first page, unless it has no endpoint for
 * that. The URL with the ID token replaces this page in the history.
 */
export function endIssuerSession(idToken: string): void {
  const { endSessionEndpoint, clientId, postLogoutRedirectUri } = initialState.signIn ?? {};
  if (endSessionEndpoint === undefined) return;
  location.replace(
    urlWith(endSessionEndpoint, {
      id_token_hint: idToken,
      client_id: clientId!,
      post_logout_redirect_uri: postLogoutRedirectUri!,
    }),
  );
}

/**
 * Renews an access token before it expires.
 * @throws UnreachableIssuerError, or Error if the issuer rejects the refresh token
 */
export async function renewTokens({ refreshToken = '', ...tokens }: Tokens): Promise<Tokens> {
  const { sub } = readPayload(tokens.idToken ?? '') ?? {};
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const renewed = await requestTokens(initialState.signIn!, grant, sub === undefined ? {} : { sub });
  return { refreshToken, ...tokens, ...renewed };
}

function hasStorage(): boolean {
  try {
    return localStorage !== null && sessionStorage !== null;
  } catch {
    return false;
  }
}

function readTrip(): Trip | undefined {
  const text = sessionStorage.getItem(tripKey);
  return text === null ? undefined : JSON.parse(text);
}

/** Each one is used only once. */
function takeTrip(): Trip | undefined {
  const trip = readTrip();
  sessionStorage.removeItem(tripKey);
  return trip;
}

async function exchangeCode(signIn: SignIn, trip: Trip | undefined, parameters: URLSearchParams): Promise<Tokens> {
  if (trip === undefined || parameters.get('state') !== trip.state)
    throw new Error('This sign-in did not begin in this tab, or was already used. Sign in again.');
  // RFC 9207: an attacker may have made another issuer send the code.
  if ((parameters.get('iss') ?? signIn.issuer) !== signIn.issuer)
    throw new Error('Another issuer responded. Sign in again.');
  const code = parameters.get('code');
  if (code === null)
    throw new Error(
      `The issuer did not sign you in: ${parameters.get('error_description') ?? parameters.get('error')}.`,
    );
  const grant = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: signIn.redirectUri,
    code_verifier: trip.verifier,
  };
  return requestTokens(signIn, grant, { nonce: trip.nonce });
}

async function requestTokens(
  { issuer, clientId, tokenEndpoint }: SignIn,
  grant: Readonly<Record<string, string>>,
  expectedClaims: Readonly<Record<string, unknown>>,
): Promise<Tokens> {
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({ ...grant, client_id: clientId }),
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
  }).catch(() => {
    throw new UnreachableIssuerError(
      'The issuer cannot be reached, or does not allow requests from this page. Sign in again.',
    );
  });
  if (response.status >= 500)
    throw new UnreachableIssuerError(`The issuer responded with HTTP ${response.status}. Sign in again.`);
  const body = await response.json().catch(() => ({}));
  const { access_token: accessToken, id_token: idToken, refresh_token: refreshToken, error } = body;
  if (!response.ok || typeof accessToken !== 'string')
    throw new Error(`The issuer sent no token: ${error ?? `HTTP ${response.status}`}. Sign in again.`);
  if (typeof idToken === 'string') assertIdToken(idToken, clientId, { iss: issuer, ...expectedClaims });
  return {
    accessToken,
    ...(typeof idToken === 'string' && { idToken }),
    ...(typeof refreshToken === 'string' && { refreshToken }),
  };
}

function urlWith(base: string, parameters: Readonly<Record<string, string>>): URL {
  const url = new URL(base);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

function randomText(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
