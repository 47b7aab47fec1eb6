import type { InitialState } from '../initial-state.js';

/** The state that the server wrote into this page. */
export const initialState: InitialState = JSON.parse(document.getElementById('initial-state')?.textContent ?? '');

/** The gateway's absolute root, computed before the page changes its own URL. */
const rootUrl = new URL(initialState.root || '.', location.href);

/** Returns the URL of something that this gateway serves, such as `graphql` or `runs/statistics`. */
export function gatewayUrl(path: string): URL {
  return new URL(path, rootUrl);
}

/** Returns the page's current path relative to the gateway's root, as in `runs/statistics`. */
export function pathBelowRoot(): string {
  return location.pathname.slice(rootUrl.pathname.length);
}
