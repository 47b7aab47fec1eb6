// Signing in at an issuer by the authorization code with PKCE (RFC 7636). What is needed to come back is in the session's
// storage until then; the token never is.

import type { SignIn } from '../../initial-state.js';
import { gatewayUrl, initialState, pathBelowRoot } from '../initial-state-of-page.js';

const storageKey = 'sign-in';

interface BegunSignIn {
  readonly state: string;
  readonly verifier: string;
  /** The page that it was begun on. */
  readonly returnTo: string;
}

/** Browsers compute digests only over HTTPS and on this machine. */
export const canSignIn = initialState.signIn !== undefined && isSecureContext;

/** Leads to the issuer. */
export async function beginSignIn(): Promise<void> {
  const { clientId, scope, audience, authorizationEndpoint, redirectUri, statePrefix } = initialState.signIn!;
  const verifier = randomText();
  const begun: BegunSignIn = { state: statePrefix + randomText(), verifier, returnTo: location.href };
  sessionStorage.setItem(storageKey, JSON.stringify(begun));
  const url = new URL(authorizationEndpoint);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state: begun.state,
    code_challenge: toBase64Url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    ...(audience !== undefined && { audience }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * Takes up a sign-in that the issuer has led back from, at the address that it was begun at.
 * @returns the token, or rejects with the reason; undefined: this is another page
 */
export function resumeSignIn(): Promise<string> | undefined {
  if (initialState.signIn === undefined || pathBelowRoot() !== 'signed-in') return undefined;
  const parameters = new URLSearchParams(location.search);
  const begun = takeBegun();
  // At once: the code is in no history, and the page's programs read the address that they are about.
  history.replaceState(null, '', begun?.returnTo ?? gatewayUrl(initialState.hasRuns ? 'runs' : 'graphql'));
  return exchange(initialState.signIn, begun, parameters);
}

/** Each is taken up once. */
function takeBegun(): BegunSignIn | undefined {
  const text = sessionStorage.getItem(storageKey);
  sessionStorage.removeItem(storageKey);
  return text === null ? undefined : JSON.parse(text);
}

async function exchange(
  { issuer, clientId, redirectUri, tokenEndpoint }: SignIn,
  begun: BegunSignIn | undefined,
  parameters: URLSearchParams,
): Promise<string> {
  if (begun === undefined || parameters.get('state') !== begun.state)
    throw new Error('This sign-in was not begun here, or has been used already. Sign in again.');
  // RFC 9207: another issuer may have been made to send the code.
  if ((parameters.get('iss') ?? issuer) !== issuer) throw new Error('Another issuer has answered. Sign in again.');
  const code = parameters.get('code');
  if (code === null)
    throw new Error(
      `The issuer has signed nobody in: ${parameters.get('error_description') ?? parameters.get('error')}.`,
    );
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: begun.verifier,
    }),
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
  }).catch(() => {
    throw new Error('The issuer cannot be reached from here, or does not allow this page to. Sign in again.');
  });
  const { access_token: token, error } = await response.json().catch(() => ({}));
  if (!response.ok || typeof token !== 'string')
    throw new Error(`The issuer has sent no token: ${error ?? `HTTP ${response.status}`}. Sign in again.`);
  return token;
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
