// The caller's position in a distributed trace: https://www.w3.org/TR/trace-context/#traceparent-header

import type { RemoteSpan } from './spans.js';

/** The ids of a trace and of the caller's span in it. */
export type TraceIds = Pick<RemoteSpan, 'traceId' | 'spanId'>;

/**
 * Version, trace id, span id and flags. Ids of zeros and the version `ff` are invalid. Later versions may contain more.
 */
const traceparent = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s;

/** Returns `undefined` for anything except a valid `traceparent`. */
export function parseTraceparent(value: unknown): RemoteSpan | undefined {
  if (typeof value !== 'string') return undefined;
  const [, version, traceId, spanId, flags, more] = traceparent.exec(value) ?? [];
  if (version === undefined || (version === '00' && more !== undefined)) return undefined;
  return { traceId: traceId!, spanId: spanId!, isSampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}
