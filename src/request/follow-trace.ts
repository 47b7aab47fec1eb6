// The trace of a request: whether it is exported or timed is known once its caller is.

import { isClientListed } from '../access/caller.js';
import { lazy } from '../task-runs/batching/lazy.js';
import { RequestTrace, type SpanAttributes, type SpanOrigin, type Tracing } from '../telemetry/spans.js';
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
      const open = lazy(() => {
        const origin = originOf(fields);
        const span = tracing?.open(origin, name, { attributes, startedAt });
        return { span, trace: span || origin.isTrusted ? new RequestTrace(span, origin.isTrusted) : undefined };
      });
      fields.openTrace = () => open().trace;
      fields.endTrace = (end) => open().span?.end(end);
    },
    followConnection(fields) {
      fields.openTrace = () => {
        const origin = originOf(fields);
        // Each operation is opened as a request is.
        const parent = tracing === null ? undefined : { open: tracing.open.bind(tracing, origin) };
        return parent || origin.isTrusted
          ? new RequestTrace(undefined, origin.isTrusted, undefined, parent)
          : undefined;
      };
    },
  };
}
