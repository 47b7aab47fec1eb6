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
 * The attributes of spans. Those without `gateway` follow OpenTelemetry's semantic conventions:
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
  /** The number of keys in a statement, and how many of them belong to the waiting request. */
  keys: 'gateway.statement.keys',
  ownKeys: 'gateway.statement.own_keys',
  /** The numbers of requests and callers that shared the statement. */
  requests: 'gateway.statement.requests',
  callers: 'gateway.statement.callers',
  /** The request's share of the statement's time, according to its keys. */
  shareMs: 'gateway.statement.share_ms',
} as const;

export type SpanAttributes = Readonly<Partial<Record<(typeof spanAttributes)[keyof typeof spanAttributes], unknown>>>;

export interface SpanOptions {
  readonly attributes?: SpanAttributes;
  /** On the clock of `performance.now()`; by default now. */
  readonly startedAt?: number;
}

export interface SpanEnd {
  readonly attributes?: SpanAttributes;
  /** A thrown value, or the reason of an error that was sent. */
  readonly error?: unknown;
  /** On the clock of `performance.now()`; by default now. */
  readonly endedAt?: number;
}

/** Opens child spans; `undefined` if they are not sampled. */
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
  /** Whether the caller determines whether the span is sampled. */
  readonly isTrusted: boolean;
}

/** Opens spans and exports them. */
export interface Tracing {
  /** Returns `undefined` for a span that is not sampled. */
  open(origin: SpanOrigin, name: string, options?: SpanOptions): Span | undefined;
  /** Exports the remaining spans. */
  close(): Promise<void>;
}

/** The span of a traced request, and its times. */
export class RequestTrace {
  constructor(
    /** The parent of subsequent spans; `undefined` if the request is not sampled. */
    readonly span: Span | undefined,
    /** Whether the client receives the times. */
    readonly isTimed: boolean,
    /**
     * Milliseconds that reads spent waiting for a statement, that the statements took, and that writing the response
     * took.
     */
    readonly timing = { queueMs: 0, databaseMs: 0, encodeMs: 0 },
    /** Opens the spans of operations. A WebSocket has no span. */
    readonly parent: SpanParent | undefined = span,
  ) {}
}
