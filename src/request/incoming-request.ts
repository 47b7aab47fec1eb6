// The facts about one request, for its log line, the audit log, spans and metrics.

import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../access/caller.js';
import { callerOf, type Requester } from '../access/requester.js';
import { RequestUsage } from '../admission/request-usage.js';
import { andThen, type MaybePromise } from '../maybe-promise.js';
import type { Log } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { RemoteSpan, RequestTrace, SpanEnd } from '../telemetry/spans.js';
import { parseTraceparent, type TraceIds } from '../telemetry/traceparent.js';
import { RequestErrors, type SentError } from './request-errors.js';

/** The HTTP request, or the upgrade to a WebSocket. */
interface RequestOrigin {
  readonly id: string;
  readonly ip: string;
  readonly headers: IncomingHttpHeaders;
  /** The matched route, or undefined for a WebSocket. */
  readonly routeOptions?: { readonly url?: string | undefined };
  readonly log: { child(bindings: { readonly reqId: string } & Partial<TraceIds>): Log };
}

/** The members of a request that decide whether it is traced. */
export interface TracedRequest {
  readonly remoteSpan: RemoteSpan | undefined;
  readonly caller: Caller | undefined;
}

/** Traces one request, or the operations on one WebSocket. */
export interface RequestTracer {
  /** Called once the caller is known. Returns undefined if neither spans nor times are recorded. */
  open(request: TracedRequest): RequestTrace | undefined;
  /** Ends the request's span, opening it first if necessary. */
  end(request: TracedRequest, end: SpanEnd): void;
}

/** An HTTP request, or a WebSocket with all its operations. */
export class IncomingRequest {
  readonly usage = new RequestUsage();
  operationName?: string;
  /** Whether the request may wait for changes. */
  isLongPoll?: boolean;
  /** Whether the gateway cut off the response. */
  isCut?: boolean;
  #requester: Requester | undefined;
  #isVerifying = false;
  #log: Log | undefined;
  #remoteSpan: RemoteSpan | undefined;
  #errors: RequestErrors | undefined;

  /**
   * @param metrics null if its errors are neither counted nor logged
   * @param tracer undefined if it is neither traced nor timed
   */
  constructor(
    private readonly origin: RequestOrigin,
    private readonly metrics: Metrics | null,
    private readonly tracer?: RequestTracer,
  ) {}

  get id(): string {
    return this.origin.id;
  }

  /** The connection's address. */
  get address(): string {
    return this.origin.ip;
  }

  /** The sender of the request, or undefined until a token or link is accepted. */
  get requester(): Requester | undefined {
    return this.#requester;
  }

  /** The token's caller, or undefined if no token was accepted. */
  get caller(): Caller | undefined {
    return callerOf(this.#requester);
  }

  /** Whether the keys for its token were missing and were fetched, or are being fetched. */
  get isVerifying(): boolean {
    return this.#isVerifying;
  }

  /** Records the sender of the request, once verified. The requester is set only here. */
  authenticate<Verified extends Requester>(verified: MaybePromise<Verified>): MaybePromise<Verified> {
    if (verified instanceof Promise) this.#isVerifying = true;
    return andThen(verified, (requester) => {
      this.#requester = requester;
      return requester;
    });
  }

  /**
   * The logger for the request's lines. Created for the first line, because a child logger costs more than most
   * requests log.
   */
  get log(): Log {
    this.#log ??= this.origin.log.child(this.logIds);
    return this.#log;
  }

  /** The ids in each of the request's lines. */
  get logIds(): { readonly reqId: string } & Partial<TraceIds> {
    const { id: reqId, remoteSpan } = this;
    return remoteSpan === undefined ? { reqId } : { reqId, traceId: remoteSpan.traceId, spanId: remoteSpan.spanId };
  }

  /** The span in the request's valid `traceparent`. */
  get remoteSpan(): RemoteSpan | undefined {
    this.#remoteSpan ??= parseTraceparent(this.origin.headers.traceparent);
    return this.#remoteSpan;
  }

  get traceId(): string | undefined {
    return this.remoteSpan?.traceId;
  }

  /** Replaces the `traceparent` from the request's header with another one, if that is valid. */
  setTraceparent(traceparent: unknown): void {
    const remote = parseTraceparent(traceparent);
    if (remote === undefined) return;
    this.#remoteSpan = remote;
    this.#log = undefined;
  }

  /**
   * Opens the trace of an operation, once the requester is known. Returns undefined if it is neither traced nor timed.
   */
  openTrace(): RequestTrace | undefined {
    return this.tracer?.open(this);
  }

  endTrace(end: SpanEnd): void {
    this.tracer?.end(this, end);
  }

  /** The value of the `entry` label. */
  get entry(): (typeof entries)[number] {
    const { routeOptions } = this.origin;
    if (routeOptions === undefined) return 'websocket';
    const { url = '' } = routeOptions;
    return entriesByPath.find(([path]) => path.test(url))?.[1] ?? 'other';
  }

  /** The errors that were sent, or undefined if none were. */
  get errors(): RequestErrors | undefined {
    return this.#errors;
  }

  /**
   * Counts an error that is sent, and logs it if it denies access.
   * @param target defaults to the error's target
   */
  recordError(error: SentError, target = error.target): void {
    if (this.metrics === null) return;
    this.#errors ??= new RequestErrors(this, this.metrics);
    this.#errors.record(error, target);
  }

  /** Returns the request for an execution whose result is not sent. It has its own usage and records no errors. */
  forDryRun(): IncomingRequest {
    const request = new IncomingRequest(this.origin, null);
    request.#requester = this.#requester;
    return request;
  }
}

const entriesByPath = [
  [/^\/graphql\b/, 'graphql'],
  [/^\/api\//, 'rest'],
  [/^\/mcp\b/, 'mcp'],
] as const;

/** The values of the `entry` label. */
export const entries = [...entriesByPath.map(([, entry]) => entry), 'websocket', 'other'] as const;
