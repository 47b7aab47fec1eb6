// The facts of one request. The log line, the audit log, spans and metrics read it.

import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../access/caller.js';
import { LinkHolder, type Requester } from '../access/requester.js';
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
  /** undefined: it is a WebSocket. */
  readonly routeOptions?: { readonly url?: string | undefined };
  readonly log: { child(bindings: { readonly reqId: string } & Partial<TraceIds>): Log };
}

/** The members of a request that decide whether it is traced. */
export interface TracedRequest {
  readonly remoteSpan: RemoteSpan | undefined;
  readonly caller: Caller | undefined;
}

/** Traces one request, or the operations of one WebSocket. */
export interface RequestTracer {
  /** Called once the caller is known. Returns undefined if neither spans nor times are recorded. */
  open(request: TracedRequest): RequestTrace | undefined;
  /** Ends the span of the request, which is opened first unless it was. */
  end(request: TracedRequest, end: SpanEnd): void;
}

/** An HTTP request, or a WebSocket with all its operations. */
export class IncomingRequest {
  readonly usage = new RequestUsage();
  operationName?: string;
  /** Whether it may wait for changes. */
  isLongPoll?: boolean;
  /** Whether the gateway broke its response off. */
  isCut?: boolean;
  #requester: Requester | undefined;
  #isVerifying = false;
  #log: Log | undefined;
  #remoteSpan: RemoteSpan | undefined;
  #errors: RequestErrors | undefined;

  /**
   * @param metrics null: its errors are neither counted nor logged
   * @param tracer undefined: it is neither traced nor timed
   */
  constructor(
    private readonly origin: RequestOrigin,
    private readonly metrics: Metrics | null,
    private readonly tracer?: RequestTracer,
  ) {}

  get id(): string {
    return this.origin.id;
  }

  /** The address of the connection. */
  get address(): string {
    return this.origin.ip;
  }

  /** undefined: no token or link was accepted yet. */
  get requester(): Requester | undefined {
    return this.#requester;
  }

  /** The caller of the token; undefined without an accepted one. */
  get caller(): Caller | undefined {
    return this.#requester instanceof LinkHolder ? undefined : this.#requester;
  }

  /** Whether the keys for its token were not there, and were or are being fetched. */
  get isVerifying(): boolean {
    return this.#isVerifying;
  }

  /** Records who sends the request, once that is verified. Nothing else sets its requester. */
  authenticate<Verified extends Requester>(verified: MaybePromise<Verified>): MaybePromise<Verified> {
    if (verified instanceof Promise) this.#isVerifying = true;
    return andThen(verified, (requester) => {
      this.#requester = requester;
      return requester;
    });
  }

  /** The logger of the request's lines. A child costs more than most requests log, so it is made for the first line. */
  get log(): Log {
    this.#log ??= this.origin.log.child({ reqId: this.id, ...idsOf(this.remoteSpan) });
    return this.#log;
  }

  /** The span of the request's valid `traceparent`. */
  get remoteSpan(): RemoteSpan | undefined {
    this.#remoteSpan ??= parseTraceparent(this.origin.headers.traceparent);
    return this.#remoteSpan;
  }

  get traceId(): string | undefined {
    return this.remoteSpan?.traceId;
  }

  /** Replaces the `traceparent` of the request's header by another one, if that is valid. */
  setTraceparent(traceparent: unknown): void {
    const remote = parseTraceparent(traceparent);
    if (remote === undefined) return;
    this.#remoteSpan = remote;
    this.#log = undefined;
  }

  /** Opens the trace of an operation, once the requester is known. Returns undefined if it is neither traced nor timed. */
  openTrace(): RequestTrace | undefined {
    return this.tracer?.open(this);
  }

  endTrace(end: SpanEnd): void {
    this.tracer?.end(this, end);
  }

  /** The value of the label `entry`. */
  get entry(): (typeof entries)[number] {
    const { routeOptions } = this.origin;
    if (routeOptions === undefined) return 'websocket';
    const { url = '' } = routeOptions;
    return entriesByPath.find(([path]) => path.test(url))?.[1] ?? 'other';
  }

  /** undefined: no error was sent. */
  get errors(): RequestErrors | undefined {
    return this.#errors;
  }

  /**
   * Counts an error that is sent, and logs it if it denies access.
   * @param target by default that of the error
   */
  recordError(error: SentError, target = error.target): void {
    if (this.metrics === null) return;
    this.#errors ??= new RequestErrors(this, this.metrics);
    this.#errors.record(error, target);
  }

  /** Returns the request for an execution whose result is not sent: it has its own usage, and records no errors. */
  forDryRun(): IncomingRequest {
    const request = new IncomingRequest(this.origin, null);
    request.#requester = this.#requester;
    return request;
  }
}

function idsOf(remote: RemoteSpan | undefined): TraceIds | undefined {
  return remote && { traceId: remote.traceId, spanId: remote.spanId };
}

const entriesByPath = [
  [/^\/graphql\b/, 'graphql'],
  [/^\/api\//, 'rest'],
  [/^\/mcp\b/, 'mcp'],
] as const;

/** The values of the label `entry`. */
export const entries = [...entriesByPath.map(([, entry]) => entry), 'websocket', 'other'] as const;
