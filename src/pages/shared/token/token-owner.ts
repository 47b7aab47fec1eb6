import type { DemoToken } from '../../initial-state.js';
import { shortId } from '../format/format-id.js';
import { initialState } from '../initial-state-of-page.js';
import { nameIn } from './id-token.js';
import type { Tokens } from './tokens.js';

/** Returns the demo's description of a token, or `undefined` for any other token. */
export function demoTokenOf(token: string): DemoToken | undefined {
  return initialState.demoTokens.find((demoToken) => demoToken.token === token);
}

/** Returns the user's name, or another identifier from the token. */
export function nameOf({ accessToken, idToken }: Tokens): string {
  return demoTokenOf(accessToken)?.label ?? shortId(nameIn(idToken ?? accessToken) ?? 'Token');
}
