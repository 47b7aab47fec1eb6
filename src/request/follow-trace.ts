// A request's trace. Whether it is exported or timed is known only once its caller is known.

import { isClientListed } from '../access/caller.js';
import {
  RequestTrace,
  type Span,
  type SpanAttributes,
  type SpanEnd,
  type SpanOrigin,
  type Tracing,
} from '../telemetry/spans.js';
import type { RequestTracer, TracedRequest } from './incoming-request.js';

/** Creates tracers for requests and WebSockets. */
export class Traces {
  /**
   * @param tracing null if no spans are exported
   * @param trustedClients clients that decide which of their requests are traced, and that receive times
   */
  constructor(
    private readonly tracing: Tracing | null,
    private readonly trustedClients: readonly string[],
  ) {}

  /** @returns a tracer with one span, which begins now */
  traceRequest(name: string, attributes: SpanAttributes): RequestTracer {
    const startedAt = performance.now();
    let opened: { readonly span: Span | undefined; readonly trace: RequestTrace | undefined } | undefined;
    const open = (request: TracedRequest) => {
      const origin = this.#originOf(request);
      const span = this.tracing?.open(origin, name, { attributes, startedAt });
      return { span, trace: span || origin.isTrusted ? new RequestTrace(span, origin.isTrusted) : undefined };
    };
    const openOnce = (request: TracedRequest) => {
      opened ??= open(request);
      return opened;
    };
    return {
      open: (request) => openOnce(request).trace,
      end: (request, end: SpanEnd) => openOnce(request).span?.end(end),
    };
  }

  /** @returns a tracer that opens a trace for each operation, because a WebSocket has no span */
  traceConnection(): RequestTracer {
    return {
      open: (request) => {
        const origin = this.#originOf(request);
        const { tracing } = this;
        const parent = tracing === null ? undefined : { open: tracing.open.bind(tracing, origin) };
        return parent || origin.isTrusted
          ? new RequestTrace(undefined, origin.isTrusted, undefined, parent)
          : undefined;
      },
      end() {},
    };
  }

  #originOf({ remoteSpan: remote, caller }: TracedRequest): SpanOrigin {
    return { remote, isTrusted: caller !== undefined && isClientListed(caller, this.trustedClients) };
  }
}
