// The trace of a request: whether it is exported or timed is known once its caller is.

import { isClientListed } from '../access/caller.js';
import { RequestTrace, type Span, type SpanAttributes, type SpanOrigin, type Tracing } from '../telemetry/spans.js';
import type { CollectedLogFields } from './log-fields.js';

/** Follows requests and WebSockets. */
export interface Traces {
  followRequest(fields: CollectedLogFields, name: string, attributes: SpanAttributes): void;
  followConnection(fields: CollectedLogFields): void;
}

/**
 * @param tracing null: no spans are exported
 * @param trustedClients clients that decide which of their requests are traced, and that get times
 * @returns undefined: nothing is to be followed
 */
export function createTraces(tracing: Tracing | null, trustedClients: readonly string[]): Traces | undefined {
  if (tracing === null && trustedClients.length === 0) return undefined;
  const originOf = (fields: CollectedLogFields): SpanOrigin => ({
    remote: fields.remoteSpan,
    isTrusted: fields.caller !== undefined && isClientListed(fields.caller, trustedClients),
  });
  return {
    followRequest(fields, name, attributes) {
      const startedAt = performance.now();
      let span: Span | undefined;
      let opened: RequestTrace | undefined;
      const openSpan = (origin: SpanOrigin) => {
        span = tracing?.open(origin, name, { attributes, startedAt });
        opened = traceOf(span, origin);
      };
      fields.openTrace = () => {
        if (span === undefined && opened === undefined) openSpan(originOf(fields));
        return opened;
      };
      fields.endTrace = (end) => {
        if (span === undefined) openSpan(originOf(fields));
        span?.end(end);
      };
    },
    followConnection(fields) {
      fields.openTrace = () => {
        const origin = originOf(fields);
        return traceOf(tracing === null ? undefined : new ConnectionSpan(tracing, origin), origin);
      };
    },
  };
}

function traceOf(span: Span | undefined, { isTrusted }: SpanOrigin): RequestTrace | undefined {
  const isSampled = span?.isSampled === true;
  return isSampled || isTrusted ? new RequestTrace(isSampled ? span : undefined, isTrusted) : undefined;
}

/** Stands for a WebSocket, which has no span: each of its operations is opened as a request is. */
class ConnectionSpan implements Span {
  /** Not known before an operation is opened. */
  readonly isSampled = true;

  constructor(
    private readonly tracing: Tracing,
    private readonly origin: SpanOrigin,
  ) {}

  open: Span['open'] = (name, options) => this.tracing.open(this.origin, name, options);

  openShared(): never {
    throw new Error('A connection waits for no statement.');
  }

  rename(): void {}
  link(): void {}
  end(): void {}
}
