// The one token of the page. It is in the memory of open tabs and nowhere else: not in storage, history, cookies or the
// URL, so it is gone with the last of them.

import { useSyncExternalStore } from 'react';
import { initialState } from '../initial-state-of-page.js';
import { joinTabs } from './open-tabs.js';
import { resumeSignIn } from './sign-in.js';
import { isExpired, readClaims, tokenIn } from './token-claims.js';

/** `asking`: other tabs may have one, or the issuer; `rejected`: the gateway has answered it with 401. */
export type Session = 'asking' | 'none' | 'ready' | 'expired' | 'rejected';

let token = '';
let rejectedToken: string | undefined;
let isAsking = true;
let problem: string | undefined;
let expiryTimer: number | undefined;
const listeners = new Set<() => void>();

/** '' where none was entered. */
export function currentToken(): string {
  return token;
}

export function currentSession(): Session {
  if (isAsking) return 'asking';
  if (token === '') return 'none';
  if (isExpired(token)) return 'expired';
  return token === rejectedToken ? 'rejected' : 'ready';
}

export function setToken(text: string): void {
  token = tokenIn(text);
  rejectedToken = undefined;
  problem = undefined;
  isAsking = false;
  notify();
  notifyAtExpiry();
}

/** Forgets the token in all tabs. */
export function signOut(): void {
  setToken('');
  tabs?.signOut();
}

/** Notes that the gateway does not take a token, unless another is in its place by now. */
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

export function useToken(): string {
  return useSyncExternalStore(subscribe, currentToken);
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

/** Longer waits would end at once. */
const maxTimeoutMs = 2 ** 31 - 1;

function notifyAtExpiry(): void {
  clearTimeout(expiryTimer);
  const { expires = 0 } = readClaims(token) ?? {};
  const ms = expires * 1000 - Date.now();
  if (ms > 0 && ms < maxTimeoutMs) expiryTimer = setTimeout(notify, ms + 1);
}

const signIn = resumeSignIn();
signIn?.then(setToken, (error: Error) => {
  setToken('');
  problem = error.message;
  notify();
});

const demoToken = initialState.demoTokens[0]?.token ?? '';
const tabs = initialState.sharesToken
  ? joinTabs({
      shareableToken: () => (currentSession() === 'ready' && readClaims(token) ? token : undefined),
      onAnswer(answer) {
        if (isAsking ? signIn === undefined : token === '' && answer) setToken(answer ?? demoToken);
      },
      onSignOut: () => setToken(''),
    })
  : undefined;
if (tabs === undefined && signIn === undefined) setToken(demoToken);
