import type { RequestScope } from '../request/scope.js';

/** The resolver context, which is the scope of the request. */
export interface GatewayContext extends RequestScope {
  /** A signal that is aborted when a subscription ends. */
  readonly signal?: AbortSignal;
}
