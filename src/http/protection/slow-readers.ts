import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import { declareLimit } from '../../limits.js';

interface SlowReaderOptions {
  /** Long, because a write succeeds only when a large part of the system's buffer is free again. */
  readonly afterMs?: number;
  /** The limit while memory is short, which is also the interval of the checks for that. */
  readonly shortMs?: number;
  readonly isMemoryShort?: () => boolean;
}

const defaultAfterMs = declareLimit(300_000, {
  section: 'HTTP',
  name: 'time in which a client reads nothing of its response',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the connection is closed',
});
const defaultShortMs = declareLimit(30_000, {
  section: 'HTTP',
  name: 'the same while memory is short',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the connection is closed',
});

/**
 * Closes a connection on which nothing can be sent for a while, because unsent responses stay in memory.
 * @param timeouts emits the socket's `timeout` events
 */
export function endWhenStalled(
  socket: Socket,
  timeouts: EventEmitter,
  { afterMs = defaultAfterMs, shortMs = defaultShortMs, isMemoryShort = isHeapShort }: SlowReaderOptions = {},
): void {
  let stalledMs = 0;
  let waitedSince = performance.now();
  // If there is a listener, Node does not end the connection.
  timeouts.on('timeout', () => {
    const waitedMs = performance.now() - waitedSince;
    waitedSince += waitedMs;
    // The timer restarts whenever something is sent, and then fires late.
    stalledMs = waitedMs < 1.2 * shortMs ? stalledMs + waitedMs : shortMs;
    if (stalledMs >= afterMs || isMemoryShort()) socket.destroy();
    else socket.setTimeout(shortMs);
  });
  socket.setTimeout(shortMs);
}

/** A share of the heap limit. Buffers, which make up most of the unsent bytes, are external memory and also count. */
const maxMemoryShare = 0.7;

function isHeapShort(): boolean {
  const { used_heap_size, external_memory, heap_size_limit } = getHeapStatistics();
  return used_heap_size + external_memory > maxMemoryShare * heap_size_limit;
}
