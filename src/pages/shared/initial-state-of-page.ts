import type { InitialState } from '../initial-state.js';

/** The state that the server has written into this page. */
export const initialState: InitialState = JSON.parse(document.getElementById('initial-state')?.textContent ?? '');

/** The gateway's root, absolute: kept from before the page changes its own address. */
const rootUrl = new URL(initialState.root || '.', location.href);

/** The address of something that this gateway serves, such as `graphql` or `runs/statistics`. */
export function gatewayUrl(path: string): URL {
  return new URL(path, rootUrl);
}

/** The page's present address below the gateway's root, as in `runs/statistics`. */
export function pathBelowRoot(): string {
  return location.pathname.slice(rootUrl.pathname.length);
}
