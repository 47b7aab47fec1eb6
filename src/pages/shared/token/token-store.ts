// The page's only token. It exists only in the memory of open tabs, not in storage, history, cookies or the URL, so it
// is gone when the last tab closes.

import { useSyncExternalStore } from 'react';
import { initialState } from '../initial-state-of-page.js';
import { joinTabs } from './open-tabs.js';
import {
  canSignIn,
  endIssuerSession,
  forgetSignIn,
  renewTokens,
  resumeSignIn,
  trySilentSignIn,
  UnreachableIssuerError,
} from './sign-in.js';
import { isExpired, readClaims, tokenIn } from './token-claims.js';
import type { Tokens } from './tokens.js';

/** `asking`: other tabs or the issuer may have one; `rejected`: the gateway responded to it with 401. */
export type Session = 'asking' | 'none' | 'ready' | 'expired' | 'rejected';

const noTokens: Tokens = { accessToken: '' };

let tokens = noTokens;
/** The number of tokens before this one, not counting renewals. */
let sessionKey = 0;
let rejectedToken: string | undefined;
let isAsking = true;
let problem: string | undefined;
let renewAt = Number.POSITIVE_INFINITY;
let timer: number | undefined;
const listeners = new Set<() => void>();

/** Returns '' if no token was entered. */
export function currentToken(): string {
  return tokens.accessToken;
}

/**
 * Returns a key that changes with another token, but not with a renewed one, because data that was read with it may be
 * kept.
 */
export function currentSessionKey(): number {
  return sessionKey;
}

export function currentSession(): Session {
  if (isAsking) return 'asking';
  const token = currentToken();
  if (token === '') return 'none';
  if (isExpired(token)) return 'expired';
  return token === rejectedToken ? 'rejected' : 'ready';
}

export function setToken(text: string): void {
  beginSession({ accessToken: tokenIn(text) });
}

/** Forgets the token in all tabs, and ends the session at the issuer where the user signed in. */
export function signOut(): void {
  const { idToken } = tokens;
  forgetSignIn();
  beginSession(noTokens);
  tabs?.signOut();
  if (idToken !== undefined) endIssuerSession(idToken);
}

/** Records that the gateway rejects the token, unless another one has replaced it in the meantime. */
export function reject(rejected: string): void {
  rejectedToken = rejected;
  notify();
}

/** Settles once it is known whether another tab has a token. */
export function untilAsked(): Promise<void> {
  if (!isAsking) return Promise.resolve();
  return new Promise((resolve) => {
    const unsubscribe = subscribe(() => {
      unsubscribe();
      resolve();
    });
  });
}

/** Returns the reason why signing in failed. */
export function useSignInProblem(): string | undefined {
  return useSyncExternalStore(subscribe, () => problem);
}

export function useTokens(): Tokens {
  return useSyncExternalStore(subscribe, () => tokens);
}

/** Returns {@link currentSessionKey}. */
export function useSessionKey(): number {
  return useSyncExternalStore(subscribe, currentSessionKey);
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, currentSession);
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(): void {
  for (const listener of [...listeners]) listener();
}

function beginSession(begun: Tokens): void {
  sessionKey++;
  setTokens(begun);
}

function setTokens(next: Tokens): void {
  tokens = next;
  rejectedToken = undefined;
  problem = undefined;
  isAsking = false;
  renewAt = renewalTime(next);
  notify();
  watchClock();
}

const maxRenewalLeadMs = 120_000;

/** Renewal leaves time for retries: two minutes, or a quarter of a short lifetime. */
function renewalTime({ accessToken, refreshToken }: Tokens): number {
  const { expires } = readClaims(accessToken) ?? {};
  if (refreshToken === undefined || expires === undefined) return Number.POSITIVE_INFINITY;
  const leftMs = expires * 1000 - Date.now();
  return expires * 1000 - Math.min(maxRenewalLeadMs, leftMs / 4);
}

/** Timers stop while a machine sleeps, so the clock is checked at least this often. */
const maxTimerMs = 15_000;

/** Renews the token and reports its expiry when due. */
function watchClock(): void {
  clearTimeout(timer);
  const expiresAt = (readClaims(currentToken())?.expires ?? 0) * 1000;
  const next = Math.min(renewAt, expiresAt > Date.now() ? expiresAt : Number.POSITIVE_INFINITY);
  if (next === Number.POSITIVE_INFINITY) return;
  timer = setTimeout(
    () => {
      if (renewAt <= Date.now()) void renew();
      if (expiresAt <= Date.now()) notify();
      watchClock();
    },
    Math.min(Math.max(next - Date.now(), 0) + 1, maxTimerMs),
  );
}

async function renew(): Promise<void> {
  const renewing = tokens;
  renewAt = Number.POSITIVE_INFINITY;
  try {
    const renewed = await renewTokens(renewing);
    if (tokens !== renewing) return;
    setTokens(renewed);
    tabs?.renew(renewing.accessToken, renewed);
  } catch (error) {
    // A refresh token that the issuer rejects is useless from then on.
    if (tokens !== renewing || !(error instanceof UnreachableIssuerError)) return;
    renewAt = Date.now() + maxTimerMs;
    watchClock();
  }
}

/** A demo starts with the first of its tokens, unless users sign in. */
const firstTokens: Tokens = canSignIn ? noTokens : { accessToken: initialState.demoTokens[0]?.token ?? '' };

async function beginWithoutTokens(): Promise<void> {
  if (!(await trySilentSignIn()) && isAsking) beginSession(firstTokens);
}

const returning = resumeSignIn();
returning?.then(
  (signedIn) => beginSession(signedIn ?? firstTokens),
  (error: Error) => {
    beginSession(noTokens);
    problem = error.message;
    notify();
  },
);

const tabs = initialState.sharesToken
  ? joinTabs({
      shareableTokens: () => (currentSession() === 'ready' && readClaims(currentToken()) ? tokens : undefined),
      onAnswer(answer) {
        if (answer && (isAsking ? returning === undefined : currentToken() === '')) beginSession(answer);
        else if (isAsking && returning === undefined) void beginWithoutTokens();
      },
      onRenewed(replaced, renewed) {
        if (currentToken() === replaced) setTokens(renewed);
      },
      onSignOut: () => beginSession(noTokens),
    })
  : undefined;
if (tabs === undefined && returning === undefined) void beginWithoutTokens();
