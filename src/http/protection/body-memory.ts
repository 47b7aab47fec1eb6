// A body, and what is parsed of it, stays in memory until its response is sent: what all have sent is bounded, by the
// lengths they announce, before any of it is read. Beyond it whoever holds most gets an error, or makes room for others.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { callerOfLog, type Holding, largestHolder } from './largest-holder.js';

interface BodyMemoryOptions {
  /** Of all bodies in total. */
  readonly maxBytes: number;
  /** Of one body, also once decompressed. */
  readonly maxBodyBytes: number;
  /** Whose body it is, in place of the caller of the request's token. */
  readonly callerOf?: (request: FastifyRequest) => string;
}

interface Body extends Holding {
  readonly bytes: number;
}

/** What is smaller takes no more than the rest of its request. */
const minBytes = 4096;

export function boundBodies(
  app: FastifyInstance,
  { maxBytes, maxBodyBytes, callerOf = callerOfLog }: BodyMemoryOptions,
): void {
  const bodies: Body[] = [];

  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { raw } = reply;
    const bytes = announcedBytes(request, maxBodyBytes);
    if (bytes < minBytes) return done();
    const body = { callerId: callerOf(request), raw, bytes };
    if (!makeRoomFor(body)) {
      // Or Node would read all of the body to get at the next request.
      reply.header('connection', 'close');
      return done(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
    }
    bodies.push(body);
    raw.once('close', () => forget(body));
    done();
  });

  /** Whether there is room: a caller that would hold most itself makes none. */
  function makeRoomFor({ callerId, bytes }: Body): boolean {
    for (;;) {
      if (sumOf(bodies) + bytes <= maxBytes) return true;
      const largest = largestHolder(bodies, (body) => body.bytes);
      const own = sumOf(bodies.filter((body) => body.callerId === callerId));
      if (largest === undefined || own + bytes >= largest.bytes) return false;
      forget(largest.oldest);
      largest.oldest.raw.destroy();
    }
  }

  function forget(body: Body): void {
    const index = bodies.indexOf(body);
    if (index >= 0) bodies.splice(index, 1);
  }
}

function announcedBytes({ headers }: FastifyRequest, maxBodyBytes: number): number {
  const { 'content-length': length, 'transfer-encoding': transfer, 'content-encoding': encoding } = headers;
  if (transfer !== undefined || (encoding !== undefined && encoding !== 'identity')) return maxBodyBytes;
  return Math.min(Number(length ?? 0), maxBodyBytes);
}

function sumOf(bodies: readonly Body[]): number {
  return bodies.reduce((sum, { bytes }) => sum + bytes, 0);
}
