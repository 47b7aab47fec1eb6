// The one token of the page. It is here and nowhere else: not in storage, history, cookies or the URL, so it is gone with
// the page.

import { useSyncExternalStore } from 'react';
import { initialState } from '../initial-state-of-page.js';
import { tokenIn } from './token-claims.js';

let token = initialState.demoTokens[0]?.token ?? '';
const listeners = new Set<() => void>();

/** '' where none was entered. */
export function currentToken(): string {
  return token;
}

export function setToken(text: string): void {
  token = tokenIn(text);
  for (const listener of listeners) listener();
}

export function useToken(): string {
  return useSyncExternalStore(subscribe, currentToken);
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
