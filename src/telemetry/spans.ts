// Spans of requests, without the packages that export them. Only tracing.ts imports those.

/**
 * The spans that the gateway opens, by name. A request's span has the name of its route, and a statement's its own
 * name.
 */
export const spanNames = {
  /** Followed by the type of the operation and, for a trusted document, its name. */
  operation: 'operation',
  /** The response to an event of a subscription. */
  event: 'event',
  /** A read that waits for a statement. */
  wait: 'wait',
} as const;

/**
 * The attributes of spans. Those without `gateway` are of OpenTelemetry's semantic conventions:
 * https://opentelemetry.io/docs/specs/semconv/
 */
export const spanAttributes = {
  method: 'http.request.method',
  route: 'http.route',
  status: 'http.response.status_code',
  operationType: 'graphql.operation.type',
  operationName: 'graphql.operation.name',
  /** The reason of the first error, or the name of its class. */
  error: 'error.type',
  system: 'db.system.name',
  summary: 'db.query.summary',
  /** SQLSTATE. */
  sqlState: 'db.response.status_code',
  requestId: 'gateway.request.id',
  lane: 'gateway.lane',
  /** The kind of read. */
  read: 'gateway.read',
  /** Keys of a statement, and of them those of the request that waited. */
  keys: 'gateway.statement.keys',
  ownKeys: 'gateway.statement.own_keys',
  /** Requests and callers that shared the statement. */
  requests: 'gateway.statement.requests',
  callers: 'gateway.statement.callers',
  /** The request's share of the time of the statement, by its keys. */
  shareMs: 'gateway.statement.share_ms',
} as const;

export type SpanAttributes = Readonly<Partial<Record<(typeof spanAttributes)[keyof typeof spanAttributes], unknown>>>;

export interface SpanOptions {
  readonly attributes?: SpanAttributes;
  /** In the time of `performance.now()`; by default now. */
  readonly startedAt?: number;
}

export interface SpanEnd {
  readonly attributes?: SpanAttributes;
  /** A thrown value, or the reason of an error that was sent. */
  readonly error?: unknown;
  /** In the time of `performance.now()`; by default now. */
  readonly endedAt?: number;
}

/** Opens spans below it; undefined: they are not sampled. */
export interface SpanParent {
  open(name: string, options?: SpanOptions): Span | undefined;
}

/** A span that is exported. */
export interface Span extends SpanParent {
  open(name: string, options?: SpanOptions): Span;
  /** Opens the root span of a separate trace, with a link to each of the spans that wait for it. */
  openShared(name: string, waiting: readonly Span[], options?: SpanOptions): Span;
  rename(name: string, attributes: SpanAttributes): void;
  link(other: Span): void;
  end(end?: SpanEnd): void;
}

/** The caller's span, from its `traceparent`. */
export interface RemoteSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** The origin of a span without a parent in the gateway. */
export interface SpanOrigin {
  readonly remote: RemoteSpan | undefined;
  /** Whether the caller decides whether it is sampled. */
  readonly isTrusted: boolean;
}

/** Opens spans, and exports them. */
export interface Tracing {
  /** Returns undefined for a span that is not sampled. */
  open(origin: SpanOrigin, name: string, options?: SpanOptions): Span | undefined;
  /** Exports the remaining spans. */
  close(): Promise<void>;
}

/** The span of a request that is followed, and its times. */
export class RequestTrace {
  constructor(
    /** The parent of the next parts; undefined: the request is not sampled. */
    readonly span: Span | undefined,
    /** Whether the client gets the times. */
    readonly isTimed: boolean,
    /** Milliseconds for which reads waited for a statement, of the statements, and of writing the response. */
    readonly timing = { queueMs: 0, databaseMs: 0, encodeMs: 0 },
    /** Opens the spans of operations. A WebSocket has no span. */
    readonly parent: SpanParent | undefined = span,
  ) {}
}
