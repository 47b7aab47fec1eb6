import type { RequestScope } from '../request/scope.js';

/** The context of resolvers: the scope of their request. */
export interface GatewayContext extends RequestScope {
  /** Aborted when a subscription ends. */
  readonly signal?: AbortSignal;
}
