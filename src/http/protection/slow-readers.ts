import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import type { FastifyInstance } from 'fastify';

interface SlowReaderOptions {
  /** That a client reads slowly shows only when a good part of the system's buffer is free again, so it is long. */
  readonly afterMs?: number;
  /** In its place while memory is short, and between two looks at that. */
  readonly shortMs?: number;
  readonly isMemoryShort?: () => boolean;
}

// limit | HTTP | time in which a client reads nothing of its response | s | the connection is closed
const defaultAfterMs = 300_000;
// limit | HTTP | time in which it reads nothing while memory is short | s | the connection is closed
const defaultShortMs = 30_000;

/** A response that its client does not read stays in memory, so its connection ends where nothing of it could be sent for a while. */
export function endSlowReaders(app: FastifyInstance, options: SlowReaderOptions = {}): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    endWhenStalled(request.raw.socket, reply.raw, options);
    done(null, payload);
  });
}

/** @param timeouts emits those of the socket */
export function endWhenStalled(
  socket: Socket,
  timeouts: EventEmitter,
  { afterMs = defaultAfterMs, shortMs = defaultShortMs, isMemoryShort = isHeapShort }: SlowReaderOptions = {},
): void {
  let stalledMs = 0;
  let waitedSince = performance.now();
  // With a listener, Node does not end the connection by itself.
  timeouts.on('timeout', () => {
    const waitedMs = performance.now() - waitedSince;
    waitedSince += waitedMs;
    // The timer starts anew whenever something is sent, and is late then.
    stalledMs = waitedMs < 1.2 * shortMs ? stalledMs + waitedMs : shortMs;
    if (stalledMs >= afterMs || isMemoryShort()) socket.destroy();
    else socket.setTimeout(shortMs);
  });
  socket.setTimeout(shortMs);
}

/** Buffers are not in the heap, and are most of what is unread. */
const maxMemoryShare = 0.7;

function isHeapShort(): boolean {
  const { used_heap_size, external_memory, heap_size_limit } = getHeapStatistics();
  return used_heap_size + external_memory > maxMemoryShare * heap_size_limit;
}
