import type { CostReport } from '../admission/cost-report.js';
import type { RequestScope } from '../request-scope.js';
import type { Transport } from '../streams/open-streams.js';

/** The context of resolvers, created for each operation after the caller's token was accepted. */
export interface GatewayContext extends RequestScope {
  /** The form in which the client gets the cost of its operation; null: it does not. */
  readonly costReport: CostReport | null;
  /** null: the client cannot receive the events of a subscription. */
  readonly subscriber: Subscriber | null;
  /** Filled in by operations that go through Apollo Server, which copies the context shallowly. */
  readonly carrier: ResponseCarrier;
  /** Aborted when a subscription ends. */
  readonly signal?: AbortSignal;
}

/** A client that can receive events. */
export interface Subscriber {
  readonly transport: Transport;
}

/** The forms of a response that Apollo Server does not pass on. */
export interface ResponseCarrier {
  /** The JSON text. */
  text?: string;
  /** The JSON texts of a subscription's responses, which their reader has to end. */
  events?: AsyncIterableIterator<string, undefined>;
}

type OperationOptions = Pick<GatewayContext, 'subscriber' | 'costReport'>;

/** Returns the context of an operation. Spreading the scope here took 16 µs of each request. */
export function createContext(
  { caller, request, budget, cost, services, links }: RequestScope,
  { subscriber, costReport }: OperationOptions,
): GatewayContext {
  return { caller, request, budget, cost, services, links, subscriber, costReport, carrier: {} };
}
