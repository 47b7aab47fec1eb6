// The fields of a request's log line, and the lines of denied accesses.

import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../access/caller.js';
import { TokenFault } from '../access/tokens/token-errors.js';
import type { ErrorExtensions, ErrorTarget, GatewayError } from '../errors/gateway-error.js';
import { declareLimit } from '../limits.js';
import type { Log } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { RemoteSpan, RequestTrace, SpanEnd } from '../telemetry/spans.js';
import { parseTraceparent, type TraceIds } from '../telemetry/traceparent.js';

/** Stable, because operators search for it. */
const deniedEvent = 'access_denied';

/** The lines for one request. The rest is counted in a last one. */
const maxDenialLines = declareLimit(20, {
  section: 'HTTP',
  name: 'log lines of one request about denied accesses',
  beyond: 'one last line has the number of the rest',
});

const maxChargeMs = declareLimit(5000, {
  section: 'HTTP',
  name: 'time that the log line of a request waits for its cancelled statements',
  unit: 'ms',
  shownAs: 's',
  beyond: '`cost` lacks them',
});

/** The fields of the request's log line, filled in while the request is processed. */
export interface RequestLogFields {
  readonly id: string;
  readonly log: Log;
  /** The address of the connection. */
  readonly address: string;
  /** The trace of the request's valid `traceparent`. */
  readonly traceId: string | undefined;
  /** Once its token was accepted. */
  caller?: Caller;
  /** Whether the keys for its token are being fetched. */
  isVerifying?: boolean;
  operationName?: string;
  /** Whether it may wait for changes. */
  isLongPoll?: boolean;
  /** Whether the gateway broke its response off. */
  isCut?: boolean;
  /** The digest of the subject in the signed link of the request. */
  linkSubject?: string;
  /** SQL statements in which this request took part. */
  statements: number;
  endStatement?(): void;
  /** Replaces the `traceparent` of the request's header by another one, if that is valid. */
  setTraceparent(traceparent: unknown): void;
  /** Opens the trace of its operation once the caller is known. Omitted, or undefined: nothing is followed. */
  openTrace?(): RequestTrace | undefined;
  /** Points that it has cost. */
  points: number;
  /**
   * Counts an error that is sent, and logs it as a denied access where it is one.
   * @param target by default that of the error
   */
  recordError(error: RecordedError, target?: ErrorTarget): void;
}

/** An error that is sent, and its details for the log alone. */
export interface RecordedError
  extends Pick<GatewayError, 'extensions'>,
    Partial<Pick<GatewayError, 'target' | 'cause'>> {}

/** The request, or the upgrade to a WebSocket, that the fields are about. */
interface LoggedRequest {
  readonly id: string;
  readonly ip: string;
  readonly headers: IncomingHttpHeaders;
  /** undefined: it is a WebSocket. */
  readonly routeOptions?: { readonly url?: string | undefined };
  readonly log: { child(bindings: { readonly reqId: string } & Partial<TraceIds>): Log };
}

/** Whether an error denies access, which is always logged. */
export function isDenial({ status }: ErrorExtensions): boolean {
  return status === 401 || status === 403;
}

/** Collects the fields of a request's log line. The logger that adds the request's id is lazy. */
export class CollectedLogFields implements RequestLogFields {
  caller?: Caller;
  isVerifying?: boolean;
  operationName?: string;
  isLongPoll?: boolean;
  isCut?: boolean;
  linkSubject?: string;
  openTrace?: () => RequestTrace | undefined;
  endTrace?: (end: SpanEnd) => void;
  /** The number of errors sent, by code. */
  codes: Record<string, number> | undefined;
  statements = 0;
  points = 0;
  #denials = 0;
  #log: Log | undefined;
  #remoteSpan: RemoteSpan | undefined;
  #endedStatements = 0;
  #onCharged: (() => void) | undefined;

  constructor(
    private readonly request: LoggedRequest,
    private readonly metrics: Metrics,
  ) {}

  get id(): string {
    return this.request.id;
  }

  get cost(): number | undefined {
    return this.points === 0 ? undefined : Math.round(this.points * 10) / 10;
  }

  get log(): Log {
    this.#log ??= this.request.log.child({ reqId: this.id, ...idsOf(this.remoteSpan) });
    return this.#log;
  }

  get address(): string {
    return this.request.ip;
  }

  get traceId(): string | undefined {
    return this.remoteSpan?.traceId;
  }

  get remoteSpan(): RemoteSpan | undefined {
    this.#remoteSpan ??= parseTraceparent(this.request.headers.traceparent);
    return this.#remoteSpan;
  }

  setTraceparent(traceparent: unknown): void {
    const remote = parseTraceparent(traceparent);
    if (remote === undefined) return;
    this.#remoteSpan = remote;
    this.#log = undefined;
  }

  endStatement(): void {
    this.#endedStatements += 1;
    if (this.#endedStatements === this.statements) this.#onCharged?.();
  }

  /** Calls `action` once all statements have ended: a cancelled one ends, and is charged, after the response. */
  whenCharged(action: () => void): void {
    if (this.#endedStatements === this.statements) {
      action();
      return;
    }
    const timer = setTimeout(() => this.#onCharged?.(), maxChargeMs).unref();
    this.#onCharged = () => {
      clearTimeout(timer);
      this.#onCharged = undefined;
      action();
    };
  }

  recordError(error: RecordedError, target = error.target): void {
    const { code, reason } = error.extensions;
    this.metrics.errors.inc({ entry: entryOf(this.request), code, reason });
    if (error.extensions.status === 401) {
      const { cause } = error;
      this.metrics.rejectedTokens.inc({ cause: cause instanceof TokenFault ? cause.kind : reason });
    }
    this.codes ??= {};
    this.codes[code] = (this.codes[code] ?? 0) + 1;
    if (!isDenial(error.extensions)) return;
    this.#denials += 1;
    if (this.#denials <= maxDenialLines) this.#logDenial(error, target);
  }

  finish(): void {
    const more = this.#denials - maxDenialLines;
    if (more > 0) this.log.warn({ event: deniedEvent, more }, 'more access denied');
  }

  /** Logs at `warn`, so that a quieter log still has all denials for an audit. */
  #logDenial({ extensions, cause }: RecordedError, target: ErrorTarget | undefined): void {
    const { reason, permission, resource } = extensions;
    const { issuer, subject, clientId } = this.caller ?? {};
    const { orgId, projectId, taskId, id } = target ?? {};
    this.log.warn(
      {
        event: deniedEvent,
        reason,
        issuer,
        subject,
        clientId,
        permission,
        resource,
        orgId,
        projectId,
        taskId: taskId ?? undefined,
        id,
        address: this.address,
        cause: cause === undefined ? undefined : String(cause),
      },
      'access denied',
    );
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

function entryOf({ routeOptions }: LoggedRequest): (typeof entries)[number] {
  if (routeOptions === undefined) return 'websocket';
  const { url = '' } = routeOptions;
  return entriesByPath.find(([path]) => path.test(url))?.[1] ?? 'other';
}
